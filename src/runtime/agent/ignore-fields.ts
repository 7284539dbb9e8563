import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { IgnoreFields } from '../../kube/ocm/work.ts';

/** An object with the fields a work ignores as they are on the cluster, or why they cannot be told. */
export type Ignored =
  | { readonly ok: true; readonly object: KubeObject }
  | { readonly ok: false; readonly error: string };

/**
 * What to apply where a work ignores fields (work.md §3): `OnSpokePresent` fields are applied when the object is made
 * and then left as they are, `OnSpokeChange` fields are applied when the manifest changes. They are left alone by
 * applying the value they have: upstream stops looking at the whole object instead, so that other drift stays.
 */
export function withoutIgnored(
  object: KubeObject,
  rules: readonly IgnoreFields[],
  live: { readonly object: KubeObject; readonly sameManifest: boolean } | null,
): Ignored {
  let result: Json = object as unknown as Json;
  for (const rule of rules) {
    const paths = pathsOf(rule);
    if (!paths.ok) return paths;
    if (live === null || (rule.condition === 'OnSpokeChange' && !live.sameManifest)) continue;
    for (const path of paths.paths) {
      result = withValueOf(result, live.object as unknown as Json, path);
    }
  }
  return { ok: true, object: result as unknown as KubeObject };
}

type Paths =
  | { readonly ok: true; readonly paths: readonly (readonly string[])[] }
  | { readonly ok: false; readonly error: string };

function pathsOf({
  jsonPointers = [],
  jsonPaths = [],
  jqPathExpressions = [],
}: IgnoreFields): Paths {
  const paths: (readonly string[])[] = [];
  for (const pointer of jsonPointers) {
    if (pointer !== '' && !pointer.startsWith('/')) {
      return { ok: false, error: `${pointer} is not a JSON pointer` };
    }
    paths.push(
      pointer
        .split('/')
        .slice(1)
        .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~')),
    );
  }
  for (const text of [...jsonPaths, ...jqPathExpressions]) {
    const path = plainPath(text);
    if (path === null)
      return {
        ok: false,
        error: `only plain paths such as .spec.replicas are supported, not ${text}`,
      };
    paths.push(path);
  }
  return { ok: true, paths };
}

/** Fields only, `.a.b`: what both JSONPath and jq mean the same by. */
function plainPath(text: string): readonly string[] | null {
  const bare = text.startsWith('$') ? text.slice(1) : text;
  if (!/^(\.[A-Za-z_][A-Za-z0-9_-]*)+$/.test(bare)) return null;
  return bare.slice(1).split('.');
}

/** The same with the value another has at a path; taken away where it has none. */
function withValueOf(
  object: Json,
  from: Json | undefined,
  [step, ...rest]: readonly string[],
): Json {
  if (step === undefined) return from ?? object;
  if (Array.isArray(object)) return withItemOf(object, from, step, rest);
  if (!isJsonObject(object)) return object;
  const other = isJsonObject(from) && Object.hasOwn(from, step) ? from[step] : undefined;
  if (rest.length === 0) return setField(object, step, other);
  if (!Object.hasOwn(object, step) || object[step] === undefined) return object;
  return setField(object, step, withValueOf(object[step] ?? null, other, rest));
}

function withItemOf(
  list: readonly Json[],
  from: Json | undefined,
  step: string,
  rest: readonly string[],
): Json {
  const at = /^\d{1,6}$/.test(step) ? Number(step) : -1;
  const item = list[at];
  if (item === undefined || rest.length === 0) return list;
  return list.with(at, withValueOf(item, Array.isArray(from) ? from[at] : undefined, rest));
}

function setField(object: JsonObject, key: string, value: Json | undefined): JsonObject {
  const entries = Object.entries(object).filter(([of]) => of !== key);
  return Object.fromEntries(value === undefined ? entries : [...entries, [key, value]]);
}
