import type { PolicyRule } from '../../../kube/core.ts';
import { quoteGo } from '../../../kube/go-text.ts';
import { forbidden, type Refusal } from '../refusal.ts';
import type { Requester } from '../request/requester.ts';
import type { Attempted } from './rbac.ts';

/** The refusal for what was not allowed, in the words of apiserver's `ForbiddenStatusError`. */
export function denied(requester: Requester, attempted: Attempted): Refusal {
  const user = quoteGo(requester.name);
  if ('path' in attempted) {
    const why = `User ${user} cannot ${attempted.verb} path ${quoteGo(attempted.path)}`;
    return forbidden({ group: '', name: '' }, '', why);
  }
  const { verb, group, resource, subresource, namespace, name } = attempted;
  const what = quoteGo(subresource === '' ? resource : `${resource}/${subresource}`);
  const where =
    namespace === '' ? 'at the cluster scope' : `in the namespace ${quoteGo(namespace)}`;
  const why = `User ${user} cannot ${verb} resource ${what} in API group ${quoteGo(group)} ${where}`;
  return forbidden({ group, name: resource }, name, why);
}

/** A rule as refusals show it (rbac/v1 `CompactString`). */
export function ruleText(rule: PolicyRule): string {
  const parts: readonly [string, readonly string[] | undefined][] = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ];
  const texts = parts
    .filter(([, values]) => values !== undefined && values.length > 0)
    .map(([name, values]) => `${name}:[${(values ?? []).map(quoteGo).join(' ')}]`);
  return `{${texts.join(', ')}}`;
}

/** Rules that differ in their verbs only, as one (pkg/registry/rbac/validation `CompactRules`). */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const { verbs, ...rest } = rule;
    const key = JSON.stringify(rest);
    const known = merged.get(key);
    merged.set(key, known === undefined ? rule : { ...known, verbs: [...known.verbs, ...verbs] });
  }
  return [...merged.values()];
}
