import { compareText } from '../../base/json.ts';
import type { IrNamespaceSelector } from '../../ir/program.ts';
import type { KubeObject } from '../../kube/object.ts';
import { compileSelector, matchesLabels } from '../../kube/selector.ts';
import { compileGlob, type Glob } from './glob.ts';

/** The names of the selected namespaces in order, or why the selector is none. */
export type SelectedNamespaces =
  | { readonly ok: true; readonly names: readonly string[] }
  | { readonly ok: false; readonly error: string };

/** Would the selector never select anything? `exclude` alone does not select (config-policy-controller `IsEmpty`). */
export function isEmptySelector(selector: IrNamespaceSelector | null): boolean {
  if (selector === null) return true;
  const hasLabels = selector.matchLabels !== undefined || selector.matchExpressions !== undefined;
  return !hasLabels && (selector.include ?? []).length === 0;
}

/** Selects namespaces: labels and patterns to include must hold, patterns to exclude must not. */
export function selectNamespaces(
  selector: IrNamespaceSelector | null,
  namespaces: readonly KubeObject[],
): SelectedNamespaces {
  if (selector === null || isEmptySelector(selector)) return { ok: true, names: [] };
  const compiled = compileSelector(selector);
  if (!compiled.ok) {
    return { ok: false, error: `error parsing namespace LabelSelector: ${compiled.message}` };
  }
  const candidates = namespaces.filter(
    ({ metadata }) =>
      (includesTerminating(selector) || !metadata.deletionTimestamp) &&
      matchesLabels(compiled.requirements, metadata.labels),
  );
  const include = (selector.include ?? []).map(compiledPattern);
  const exclude = (selector.exclude ?? []).map(compiledPattern);
  const names: string[] = [];
  for (const { metadata } of candidates) {
    const included = include.length === 0 || firstMatch(include, 'include', metadata.name);
    if (typeof included === 'string') return { ok: false, error: included };
    const excluded = included && firstMatch(exclude, 'exclude', metadata.name);
    if (typeof excluded === 'string') return { ok: false, error: excluded };
    if (included && !excluded) names.push(metadata.name);
  }
  return { ok: true, names: names.sort(compareText) };
}

interface Pattern {
  readonly text: string;
  readonly glob: Glob;
}

function compiledPattern(text: string): Pattern {
  return { text, glob: compileGlob(text) };
}

// As upstream, a pattern that is none is an error only when it is tried on a name.
function firstMatch(
  patterns: readonly Pattern[],
  list: 'include' | 'exclude',
  name: string,
): boolean | string {
  for (const { text, glob } of patterns) {
    if (!glob.ok) return `error parsing '${list}' pattern '${text}': ${glob.error}`;
    if (glob.matches(name)) return true;
  }
  return false;
}

// The API server writes `Default` where nothing is said, and the controller's own default is to select them.
function includesTerminating({ terminatingInclusion }: IrNamespaceSelector): boolean {
  return terminatingInclusion !== 'Never';
}
