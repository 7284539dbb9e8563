import { jsonEqual } from '../../base/json.ts';
import type { IrNamespaceSelector, IrPolicy } from '../../ir/program.ts';
import { stringText } from './text.ts';
import { entry, list, record, type Value } from './tree.ts';
import { jsonRecord } from './value.ts';

/** What a policy says once for all of its templates. */
export interface Shared {
  readonly severity: string | null;
  readonly namespaces: IrNamespaceSelector | null;
}

/** Where every template says everything itself. */
export const nothingShared: Shared = { severity: null, namespaces: null };

/** What all templates of a policy that can say it say alike; a template alone keeps it for itself. */
export function sharedBy({ name, templates }: IrPolicy): Shared {
  const [only, ...more] = templates;
  // Of an implicit ConfigurationPolicy the policy says everything.
  const isImplicit = only?.template === 'config' && only.name === name && more.length === 0;
  const least = isImplicit && only.remediation === undefined ? 1 : 2;
  const severities = templates.map((each) => ('severity' in each ? each.severity : undefined));
  const selectors = templates.map((each) =>
    'namespaceSelector' in each ? each.namespaceSelector : undefined,
  );
  return { severity: common(severities, least), namespaces: common(selectors, least) };
}

// Undefined is a template that cannot say it, null one that does not.
function common<T>(values: readonly (T | null | undefined)[], least: number): T | null {
  const said = values.filter((value) => value !== undefined);
  const [first = null] = said;
  if (first === null || said.length < least) return null;
  return said.every((value) => value !== null && jsonEqual(value, first)) ? first : null;
}

/** `namespaces` as a record. */
export function namespacesValue(selector: IrNamespaceSelector): Value {
  const { include, exclude, matchLabels, terminatingInclusion } = selector;
  return record(
    include === undefined ? null : entry('include:', list(include.map(stringText))),
    exclude === undefined ? null : entry('exclude:', list(exclude.map(stringText))),
    matchLabels === undefined
      ? null
      : entry('labels:', jsonRecord(matchLabels, null, { templates: false })),
    terminatingInclusion === undefined ? null : entry('terminating:', terminatingInclusion),
  );
}

/** Whether a template leaves it to the policy to say something. */
export function isShared<T>(own: T | null, shared: T | null): boolean {
  return shared !== null && jsonEqual(own, shared);
}
