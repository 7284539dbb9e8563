import type { IrExpr } from '../../ir/expr.ts';
import { importedCondition } from '../../ir/lower/predicate/imported.ts';
import { lowerSelector } from '../../ir/lower/predicate/predicates.ts';
import { selectorsOf } from '../../ir/lower/predicate/verbatim.ts';
import type { IrClusterSet } from '../../ir/program.ts';
import type { LabelSelector } from '../../kube/object.ts';
import type { Checked } from '../check/checked.ts';
import { listOf } from '../check/known.ts';
import { isImported } from '../check/note.ts';
import { metaOf } from './meta.ts';

/** A cluster set; members that are not exclusive are a selector of labels (OCM3102 said what is none). */
export function emitClusterset(block: Checked<'clusterset'>): readonly IrClusterSet[] {
  const namespaces = (listOf(block.values.namespaces) ?? []).map(String);
  const managed = namespaces.length === 0 ? {} : { namespaces };
  return [{ kind: 'clusterset', ...metaOf(block), selector: selectorOf(block), ...managed }];
}

function selectorOf({ values, shaped }: Checked<'clusterset'>): LabelSelector | null {
  const { members } = values;
  if (members === null || members.known) return null;
  const imported = isImported(shaped.keys.members) ? importedSelector(members.ir) : null;
  if (imported !== null) return imported;
  const selected = lowerSelector(members.ir);
  return selected.ok ? (selected.label ?? {}) : null;
}

/** With `@imported` the selector stays what it was read from, where it is about labels only. */
function importedSelector(condition: IrExpr): LabelSelector | null {
  const imported = importedCondition(condition);
  const [only, ...more] = imported?.op === 'or' ? imported.args : [];
  const selectors = only === undefined || more.length > 0 ? null : selectorsOf(only);
  return selectors?.claim === null ? selectors.label : null;
}
