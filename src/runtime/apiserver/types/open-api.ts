import type { JsonObject } from '../../../base/json.ts';
import { builtInTypes, type Field, type Scalar, type TypeTable, type What } from './table.ts';

const prefix = '#/components/schemas/';

/** Schemas by their names in an OpenAPI document. */
export type Components = ReadonlyMap<string, JsonObject>;

/** The schema of a kind's fields, beside the schemas it refers to; null where the kind has no type here. */
export function openApiOf(of: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): { readonly properties: JsonObject; readonly components: Components } | null {
  const table = builtInTypes();
  const type = table.kinds.get(`${of.group}/${of.version}/${of.kind}`);
  if (type === undefined) return null;
  const components = new Map<string, JsonObject>();
  const properties = propertiesOf(table, type, components);
  return { properties, components };
}

function propertiesOf(
  table: TypeTable,
  type: string,
  components: Map<string, JsonObject>,
): JsonObject {
  const fields = table.fields(type).flatMap((field): readonly (readonly [string, JsonObject])[] => {
    if (field.inline && field.what.of === 'type') {
      return Object.entries(propertiesOf(table, field.what.name, components)) as [
        string,
        JsonObject,
      ][];
    }
    return isMetadata(field) ? [] : [[field.name, schemaOf(table, field.what, components)]];
  });
  return Object.fromEntries(fields);
}

function isMetadata({ name, what }: Field): boolean {
  return name === 'metadata' && what.of === 'type' && what.name === 'meta.v1.ObjectMeta';
}

const scalars: Readonly<Record<Scalar, JsonObject>> = {
  text: { type: 'string' },
  integer: { type: 'integer', format: 'int64' },
  int32: { type: 'integer', format: 'int32' },
  number: { type: 'number', format: 'double' },
  boolean: { type: 'boolean' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  microtime: { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
  quantity: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  intorstring: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  raw: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  fields: { type: 'object' },
  extra: { type: 'array', items: { type: 'string' } },
};

function schemaOf(table: TypeTable, what: What, components: Map<string, JsonObject>): JsonObject {
  switch (what.of) {
    case 'scalar':
      return scalars[what.scalar];
    case 'list':
      return { type: 'array', items: schemaOf(table, what.item, components) };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(table, what.item, components) };
    case 'type':
      return { allOf: [{ $ref: refTo(table, what.name, components) }] };
  }
}

function refTo(table: TypeTable, type: string, components: Map<string, JsonObject>): string {
  const name = type.startsWith('meta.')
    ? `io.k8s.apimachinery.pkg.apis.${type}`
    : `io.k8s.api.${type}`;
  if (!components.has(name)) {
    // before its fields, because a type may lead back to itself
    components.set(name, {});
    const properties = propertiesOf(table, type, components);
    components.set(name, { type: 'object', properties });
  }
  return `${prefix}${name}`;
}
