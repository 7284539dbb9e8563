import type { Json, JsonObject } from '../../base/json.ts';
import type { LabelSelector, LabelSelectorRequirement } from '../../kube/object.ts';
import type { Origin } from '../program.ts';
import {
  anyOfType,
  integer,
  list,
  map,
  named,
  object,
  optional,
  type Schema,
  text,
} from './describe.ts';

/** Any JSON value. */
export const json: Schema<Json> = anyOfType({});
/** Any JSON object. */
export const jsonObject: Schema<JsonObject> = anyOfType({ type: 'object' });
/** Labels and annotations. */
export const texts = map(text);
/** A count of clusters or a percentage of them, checked where it is used. */
export const countOrPercent: Schema<number | string> = anyOfType({ type: ['integer', 'string'] });

export const origin = named<Origin>('Origin', () =>
  object<Origin>({
    file: integer(0),
    span: object<Origin['span']>({ start: integer(0), end: integer(0) }),
  }),
);

const requirement = object<LabelSelectorRequirement>({
  key: text,
  operator: text,
  values: optional(list(text)),
});

/** The fields of a label selector, for the schemas that extend it. */
export const selectorFields = {
  matchLabels: optional(texts),
  matchExpressions: optional(list(requirement)),
};

export const labelSelector = named<LabelSelector>('LabelSelector', () =>
  object<LabelSelector>(selectorFields),
);
