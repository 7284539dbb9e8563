import { badRequest, Refusal } from '../refusal.ts';

/** What the path of a request names. Parsed once: authorisation and routing look at the same thing. */
export type Target = ResourceTarget | PathTarget;

export interface ResourceTarget {
  readonly kind: 'resource';
  /** As it came, for messages and logs. */
  readonly path: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
  /** Empty: none, or all; of a Namespace itself its name, as authorisation has it. */
  readonly namespace: string;
  /** Whether the namespace comes before the resource, as in `namespaces/a/pods`. */
  readonly inNamespace: boolean;
  /** Empty: the collection. */
  readonly name: string;
}

/** Everything that is no resource: discovery, health, version. */
export interface PathTarget {
  readonly kind: 'path';
  readonly path: string;
  readonly parts: readonly string[];
}

const namespaceSubresources = ['status', 'finalize'];

/**
 * Reads a path as apiserver's `RequestInfoFactory` does. Parts are decoded once, after splitting; what would mean
 * something else to another reader (`..`, empty parts, an encoded slash) is refused.
 */
export function parseTarget(path: string): Target | Refusal {
  const parts = splitPath(path);
  if (parts instanceof Refusal) return parts;
  const nonResource: PathTarget = { kind: 'path', path, parts };
  const [prefix, ...rest] = parts;
  if (prefix === 'api' && rest.length >= 2) {
    const [version = '', ...named] = rest;
    return resourceTarget(path, { group: '', version }, named);
  }
  if (prefix === 'apis' && rest.length >= 3) {
    const [group = '', version = '', ...named] = rest;
    return resourceTarget(path, { group, version }, named);
  }
  return nonResource;
}

function splitPath(path: string): readonly string[] | Refusal {
  const trimmed = path.replace(/^\//, '').replace(/\/$/, '');
  if (trimmed === '') return [];
  const parts: string[] = [];
  for (const raw of trimmed.split('/')) {
    const part = decode(raw);
    const odd = part === null || part === '' || part === '.' || part === '..';
    if (odd || /[/\\\0]/.test(part)) return badRequest(`unreadable path: ${JSON.stringify(path)}`);
    parts.push(part);
  }
  return parts;
}

function decode(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function resourceTarget(
  path: string,
  of: { readonly group: string; readonly version: string },
  named: readonly string[],
): ResourceTarget | Refusal {
  const [first, namespace = '', third] = named;
  const inNamespace =
    first === 'namespaces' && third !== undefined && !namespaceSubresources.includes(third);
  const [resource = '', name = '', subresource = '', ...tooMany] = inNamespace
    ? named.slice(2)
    : named;
  if (tooMany.length > 0)
    return new Refusal(404, 'NotFound', 'the server could not find the requested resource', {});
  return {
    kind: 'resource',
    path,
    ...of,
    resource,
    subresource,
    namespace: first === 'namespaces' ? namespace : '',
    inNamespace,
    name,
  };
}
