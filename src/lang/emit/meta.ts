import { isJsonObject, type JsonObject } from '../../base/json.ts';
import type { IrDecl } from '../../ir/program.ts';
import type { Checked } from '../check/checked.ts';
import { fieldsOf, knownValue } from '../check/known.ts';
import type { Typed } from '../check/typed.ts';
import { toJson } from '../fold/value.ts';
import { originOf } from './context.ts';

type Meta = Pick<IrDecl, 'name' | 'namespace' | 'origin' | 'labels' | 'annotations' | 'raw'>;

/** What every declaration of the IR has: identity, origin, labels, annotations and `raw`. */
export function metaOf(block: Checked): Meta {
  const values = block.values as Readonly<Record<string, Typed | null>>;
  const labels = textsOf(values['labels']);
  const annotations = textsOf(values['annotations']);
  const raw = jsonObjectOf(values['raw']);
  return {
    name: block.name,
    namespace: block.namespace,
    origin: originOf(block),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(raw === undefined ? {} : { raw }),
  };
}

function textsOf(typed: Typed | null | undefined): Readonly<Record<string, string>> | undefined {
  const fields = fieldsOf(knownValue(typed));
  if (fields === undefined) return undefined;
  return Object.fromEntries([...fields].map(([key, value]) => [key, String(toJson(value))]));
}

function jsonObjectOf(typed: Typed | null | undefined): JsonObject | undefined {
  const value = knownValue(typed);
  const json = value === undefined ? undefined : toJson(value);
  return isJsonObject(json) ? json : undefined;
}
