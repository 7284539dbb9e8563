import type { Json } from '../../base/json.ts';

export type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';

/** A structural schema as CustomResourceDefinitions have them (apiextensions v1 `JSONSchemaProps`). */
export interface Schema {
  readonly type?: SchemaType;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly enum?: readonly Json[];
  /** Words to offer for a text that may also be another one: what Kubernetes lists for its own kinds. */
  readonly words?: readonly string[];
  readonly default?: Json;
  readonly nullable?: boolean;
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly exclusiveMaximum?: boolean;
  readonly multipleOf?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
}

/** A CEL rule of a schema. */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
}

/** Whatever a builder below does not set by itself. */
export type More = Omit<Schema, 'type' | 'description' | 'properties' | 'items'>;

export function text(description: string, more: More = {}): Schema {
  return { type: 'string', description, ...more };
}

export function oneOfTexts(
  description: string,
  values: readonly string[],
  more: More = {},
): Schema {
  return text(description, { enum: values, ...more });
}

/** An RFC 3339 time. */
export function time(description: string, more: More = {}): Schema {
  return text(description, { format: 'date-time', ...more });
}

export function flag(description: string, more: More = {}): Schema {
  return { type: 'boolean', description, ...more };
}

export function int32(description: string, more: More = {}): Schema {
  return { type: 'integer', format: 'int32', description, ...more };
}

export function int64(description: string, more: More = {}): Schema {
  return { type: 'integer', format: 'int64', description, ...more };
}

export function integer(description: string, more: More = {}): Schema {
  return { type: 'integer', description, ...more };
}

/** A number, or a text such as a percentage or a quantity. */
export function intOrString(description: string, more: More = {}): Schema {
  return {
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    description,
    'x-kubernetes-int-or-string': true,
    ...more,
  };
}

export function object(
  description: string,
  properties: Readonly<Record<string, Schema>>,
  more: More = {},
): Schema {
  return { type: 'object', description, properties, ...more };
}

/** A map from any key to values of one schema. */
export function mapOf(description: string, of: Schema, more: More = {}): Schema {
  return { type: 'object', description, additionalProperties: of, ...more };
}

/** An object whose fields are nobody's business here. */
export function anyObject(description: string, more: More = {}): Schema {
  return {
    type: 'object',
    description,
    'x-kubernetes-preserve-unknown-fields': true,
    ...more,
  };
}

/** A list that is replaced as a whole. */
export function listOf(description: string, items: Schema, more: More = {}): Schema {
  return { type: 'array', description, items, ...more };
}

/** A list whose entries are known by the values of some fields and merged by them. */
export function listByKey(
  description: string,
  keys: readonly string[],
  items: Schema,
  more: More = {},
): Schema {
  return listOf(description, items, {
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': keys,
    ...more,
  });
}
