import { isJsonObject } from '../../../../base/json.ts';
import { isDnsLabel, isDnsSubdomain } from '../../../../kube/names.ts';
import { apiVersionOf } from '../../../../kube/object.ts';
import { type Placement, placementKind } from '../../../../kube/ocm/cluster.ts';
import { applyDefaults } from '../../../../kube/schema/defaults.ts';
import { schemaOf } from '../../../../kube/schema/definitions.ts';
import { tooDeep } from '../../../../kube/schema/depth.ts';
import { validate } from '../../../../kube/schema/validate.ts';

/** Who a certificate says a caller is: its common name and organizations. */
export interface Certified {
  readonly username: string;
  readonly groups: readonly string[];
}

/** One HTTP request, as it came. */
export interface DebugRequest {
  readonly method: string;
  /** Path and query, undecoded. */
  readonly target: string;
  /** The header, where there is one. */
  readonly authorization: string | undefined;
  /** Whom the client certificate of the connection names, where a trusted authority signed it. */
  readonly certified?: Certified;
  /** null where it is larger than may be. */
  readonly body: string | null;
}

/** What is asked for. */
export type Question =
  | { readonly ask: 'stored'; readonly namespace: string; readonly name: string }
  | { readonly ask: 'given'; readonly placement: Placement };

export interface Failure {
  readonly status: number;
  readonly error: string;
}

/** Where placements are asked about, as upstream's debugger serves it (ocm `pkg/placement/debugger/debugger.go`). */
export const debugPath = '/debug/placements/';

/**
 * Reads a request. A path is compared as it came: nothing in it is decoded or resolved, so that what was authorised is
 * what is looked up.
 */
export function questionOf(request: DebugRequest): Question | Failure {
  const { method, target } = request;
  if (!target.startsWith(debugPath)) return { status: 404, error: `there is ${debugPath} only` };
  const rest = target.slice(debugPath.length);
  if (method === 'GET') return storedOf(rest);
  if (method !== 'POST') return { status: 405, error: 'method not allowed: GET or POST' };
  return rest === '' ? givenOf(request.body) : { status: 404, error: `POST goes to ${debugPath}` };
}

/** Where the body of a POST ends, in bytes; upstream's limit. */
export const mostBytes = 1024 * 1024;

function storedOf(rest: string): Question | Failure {
  const [namespace = '', name = '', ...more] = rest.split('/');
  if (more.length > 0 || !isDnsLabel(namespace) || !isDnsSubdomain(name)) {
    return { status: 400, error: `invalid debug path: ${debugPath}NAMESPACE/NAME is asked for` };
  }
  return { ask: 'stored', namespace, name };
}

function givenOf(body: string | null): Question | Failure {
  if (body === null) {
    return {
      status: 400,
      error: `request body too large: it exceeds the maximum of ${mostBytes} bytes`,
    };
  }
  const object = parsed(body);
  if (!isJsonObject(object) || tooDeep(object)) {
    return { status: 400, error: 'the request body is no Placement in JSON' };
  }
  const { metadata } = object;
  const [namespace, name] = isJsonObject(metadata)
    ? [metadata['namespace'], metadata['name']]
    : [undefined, undefined];
  if (typeof namespace !== 'string' || !isDnsLabel(namespace)) {
    return { status: 400, error: 'metadata.namespace is missing or no name of a namespace' };
  }
  const given = {
    apiVersion: apiVersionOf(placementKind),
    kind: placementKind.kind,
    metadata: {
      namespace,
      name: typeof name === 'string' && isDnsSubdomain(name) ? name : 'unnamed',
      ...(isJsonObject(metadata) && { ...textsIn(metadata['labels'], 'labels') }),
      ...(isJsonObject(metadata) && { ...textsIn(metadata['annotations'], 'annotations') }),
    },
    spec: isJsonObject(object['spec']) ? object['spec'] : {},
  };
  const schema = schemaOf(placementKind);
  if (schema === undefined) return { ask: 'given', placement: given as Placement };
  const placement = applyDefaults(schema, given);
  const [first] = validate(schema, placement);
  if (first !== undefined) return { status: 400, error: `${first.field}: ${first.message}` };
  return { ask: 'given', placement: placement as Placement };
}

function textsIn(of: unknown, key: 'labels' | 'annotations'): object {
  if (!isJsonObject(of) || !Object.values(of).every((value) => typeof value === 'string'))
    return {};
  return { [key]: of };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
