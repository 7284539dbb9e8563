import type { Attempted } from '../authz/rbac.ts';
import { parseFieldSelector, requiredValue } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';
import { flag } from './options.ts';
import type { ResourceTarget, Target } from './target.ts';

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** What a request wants to do, as authorisation sees it (apiserver `RequestInfoFactory`). */
export function attemptOf(method: string, target: Target, query: URLSearchParams): Attempted {
  if (target.kind === 'path') return { verb: method.toLowerCase(), path: target.path };
  const { group, resource, subresource, namespace } = target;
  const { verb, name } = verbAndName(method, target, query);
  return { verb, group, resource, subresource, namespace, name };
}

function verbAndName(
  method: string,
  { name }: ResourceTarget,
  query: URLSearchParams,
): { readonly verb: string; readonly name: string } {
  const verb = Object.hasOwn(verbs, method) ? (verbs[method] ?? '') : '';
  if (verb === 'delete') return { verb: name === '' ? 'deletecollection' : 'delete', name };
  if (verb !== 'get') return { verb, name };
  if (name !== '') return { verb: 'get', name };
  // a right to one object is enough to list and watch that one, where the request can be read at all
  const readable = parseLabelSelector(query.get('labelSelector') ?? '').ok;
  const fields = parseFieldSelector(readable ? (query.get('fieldSelector') ?? '') : '');
  const selected = fields.ok ? (requiredValue(fields.terms, 'metadata.name') ?? '') : '';
  const watches = flag(query, 'watch') === true;
  return {
    verb: watches ? 'watch' : 'list',
    name: /^[^/%]+$/.test(selected) && selected !== '.' && selected !== '..' ? selected : '',
  };
}
