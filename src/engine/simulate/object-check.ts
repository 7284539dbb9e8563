import type { Json } from '../../base/json.ts';
import type { IrCheckTemplate } from '../../ir/program.ts';
import { type KubeObject, parseApiVersion } from '../../kube/object.ts';
import { selectNamespaces } from '../policy/namespaces.ts';
import { evaluate } from '../predicate/evaluate.ts';
import type { Scope } from '../predicate/scope.ts';
import { fromJson, isMissing, scalarText } from '../predicate/value.ts';
import type { FoundViolation } from './compliance.ts';

/** What a check is judged over. */
export interface CheckedObjects {
  readonly objects: readonly KubeObject[];
  readonly namespaces: readonly KubeObject[];
  readonly scope: Scope;
}

/** The objects of a cluster that a native check finds wrong; a text where its namespaces cannot be selected. */
export function checkObjects(
  check: IrCheckTemplate,
  { objects, namespaces, scope }: CheckedObjects,
): readonly FoundViolation[] | string {
  const { each, namespaceSelector, where, require, message } = check;
  const selected =
    namespaceSelector === null ? null : selectNamespaces(namespaceSelector, namespaces);
  if (selected?.ok === false) return selected.error;
  const names = selected === null ? null : new Set(selected.names);
  return objects.flatMap((object): readonly FoundViolation[] => {
    const { namespace = '', name } = object.metadata;
    if (object.kind !== each.kind) return [];
    if (parseApiVersion(object.apiVersion).group !== each.group) return [];
    if (namespace !== '' && names !== null && !names.has(namespace)) return [];
    const value = fromJson(object as unknown as Json);
    if (isMissing(value)) return [];
    const bound = { name: 'object', value, outer: null };
    // Unknown counts as false (Rule 29): it is not looked at, and it does not fulfil what is required.
    if (where !== null && evaluate(where, scope, bound) !== true) return [];
    if (evaluate(require, scope, bound) === true) return [];
    const place = namespace === '' ? name : `${namespace}/${name}`;
    const said = message === null ? null : evaluate(message, scope, bound);
    const text = said === null || isMissing(said) ? null : scalarText(said);
    const usual = `${each.kind} ${place} does not satisfy ${check.name}`;
    return [{ template: check.name, object: `${each.kind} ${place}`, message: text ?? usual }];
  });
}
