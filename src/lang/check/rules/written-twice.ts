import type { Span } from '../../../base/span.ts';
import { type Fix, problem } from '../../diagnostics.ts';
import { isReference, type Value } from '../../fold/value.ts';
import type { PropertyNode } from '../../syntax/ast.ts';
import { type Checked, isOf } from '../checked.ts';
import { fieldsOf, listOf } from '../known.ts';
import type { Session } from '../session.ts';
import type { Typed } from '../typed.ts';
import { type BlockRule, elementSpan, reportOn } from './rule.ts';

/** OCM2014: the same block, set, kind or object twice in one list, where upstream has or reads it once. */
export const writtenTwice: BlockRule = (block, session) => check(block, session);

function check(block: Checked, session: Session): void {
  const values = block.values as Readonly<Record<string, Typed | null>>;
  for (const [key, typed] of Object.entries(values)) {
    const seen = new Set<string>();
    for (const [index, value] of (listOf(typed) ?? []).entries()) {
      const found = identityOf(value, isOf(block, 'clusterset') && key === 'namespaces');
      if (found === null) continue;
      if (seen.has(found.key)) report(block, key, index, found.name, session);
      seen.add(found.key);
    }
  }
  for (const child of block.children) check(child, session);
}

function report(block: Checked, key: string, index: number, name: string, session: Session): void {
  const span = elementSpan(block, key, index);
  const fixes = fixesOf(block, key, index, span);
  const help = fixes.length > 0 ? [`leave one \`${name}\` out`] : [];
  reportOn(block, problem('OCM2014', span, { name }, { help, fixes }), session);
}

function fixesOf(block: Checked, key: string, index: number, { end }: Span): readonly Fix[] {
  const item = block.shaped.keys[key as never] as PropertyNode | null;
  const elements = item?.value.kind === 'list' ? item.value.elements : [];
  const before = elements[index - 1];
  // Elsewhere the place is that of the whole list.
  if (before === undefined || elements[index]?.span.end !== end) return [];
  const edits = [{ span: { start: before.span.end, end }, text: '' }];
  return [{ title: 'leave it out', edits }];
}

interface Identity {
  readonly key: string;
  readonly name: string;
}

/** What an element stands for: itself, or what its record is about. */
function identityOf(value: Value, areNames: boolean): Identity | null {
  if (typeof value === 'string') return areNames ? { key: value, name: value } : null;
  const fields = fieldsOf(value);
  const of = fields === undefined ? value : (fields.get('placement') ?? fields.get('kind') ?? null);
  if (!isReference(of) || (fields?.has('name') ?? false)) return null;
  const { refers, namespace, name } = of;
  return { key: `${refers}/${namespace}/${name}`, name };
}
