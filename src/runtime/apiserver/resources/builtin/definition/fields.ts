import { isJsonObject, type Json } from '../../../../../base/json.ts';

/** What a field of a definition holds; a record is an object of these fields. */
type Holds =
  | 'text'
  | 'flag'
  | 'integer'
  | 'number'
  | 'texts'
  | 'any'
  | readonly [Fields]
  | Fields
  | 'schema'
  | 'schemas'
  | 'properties'
  | 'schemaOrFlag'
  | 'schemaOrSchemas';
interface Fields {
  readonly [name: string]: Holds;
}

const texts = 'texts';
const of = <H extends Holds>(holds: H, ...names: readonly string[]): Fields =>
  Object.fromEntries(names.map((name) => [name, holds]));

/** `JSONSchemaProps` (apiextensions v1). */
const schemaFields: Fields = {
  ...of('text', 'id', '$schema', '$ref', 'description', 'type', 'format', 'title', 'pattern'),
  ...of('text', 'x-kubernetes-list-type', 'x-kubernetes-map-type'),
  ...of('number', 'maximum', 'minimum', 'multipleOf'),
  ...of('integer', 'maxLength', 'minLength', 'maxItems', 'minItems', 'maxProperties'),
  ...of('integer', 'minProperties'),
  ...of('flag', 'exclusiveMaximum', 'exclusiveMinimum', 'uniqueItems', 'nullable'),
  ...of('flag', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'),
  ...of('flag', 'x-kubernetes-int-or-string'),
  ...of(texts, 'required', 'x-kubernetes-list-map-keys'),
  ...of('any', 'default', 'enum', 'example', 'dependencies'),
  ...of('schemas', 'allOf', 'oneOf', 'anyOf'),
  ...of('properties', 'properties', 'patternProperties', 'definitions'),
  ...of('schemaOrFlag', 'additionalProperties', 'additionalItems'),
  items: 'schemaOrSchemas',
  not: 'schema',
  externalDocs: of('text', 'description', 'url'),
  'x-kubernetes-validations': [
    {
      ...of('text', 'rule', 'message', 'messageExpression', 'reason', 'fieldPath'),
      ...of('flag', 'optionalOldSelf'),
    },
  ],
};

const specFields: Fields = {
  ...of('text', 'group', 'scope'),
  preserveUnknownFields: 'flag',
  names: {
    ...of('text', 'plural', 'singular', 'kind', 'listKind'),
    ...of(texts, 'shortNames', 'categories'),
  },
  conversion: {
    strategy: 'text',
    webhook: {
      conversionReviewVersions: texts,
      clientConfig: {
        ...of('text', 'url', 'caBundle'),
        service: { ...of('text', 'namespace', 'name', 'path'), port: 'integer' },
      },
    },
  },
  versions: [
    {
      ...of('text', 'name', 'deprecationWarning'),
      ...of('flag', 'served', 'storage', 'deprecated'),
      schema: { openAPIV3Schema: 'schema' },
      subresources: {
        status: 'any',
        scale: of('text', 'specReplicasPath', 'statusReplicasPath', 'labelSelectorPath'),
      },
      additionalPrinterColumns: [
        { ...of('text', 'name', 'type', 'format', 'description', 'jsonPath'), priority: 'integer' },
      ],
      selectableFields: [of('text', 'jsonPath')],
    },
  ],
};

const most = 100;
/** Deeper schemas are read as objects with any fields (read-schema.ts). */
const deepest = 200;

/**
 * The fields of a definition's `spec` that its type does not have, or why it does not fit its type, in the words of
 * Go's JSON decoder.
 */
export function readDefinition(
  spec: Json | undefined,
): { readonly unknown: readonly string[] } | { readonly misfit: string } {
  const reader = new Reader();
  if (spec !== undefined && spec !== null) reader.read(specFields, spec, 'spec', 0);
  return reader.fault === '' ? { unknown: reader.unknown } : { misfit: reader.fault };
}

class Reader {
  readonly unknown: string[] = [];
  fault = '';

  read(holds: Holds, value: Json | undefined, path: string, depth: number): void {
    if (value === undefined || value === null || this.fault !== '' || depth > deepest) return;
    if (typeof holds !== 'string') {
      if (isList(holds)) this.list(holds[0], value, path, depth);
      else this.fields(holds, value, path, depth);
      return;
    }
    switch (holds) {
      case 'any':
        return;
      case 'schema':
        this.fields(schemaFields, value, path, depth);
        return;
      case 'schemas':
        this.list(schemaFields, value, path, depth);
        return;
      case 'properties':
        this.properties(value, path, depth);
        return;
      case 'schemaOrFlag':
        if (typeof value !== 'boolean') this.fields(schemaFields, value, path, depth);
        return;
      case 'schemaOrSchemas':
        if (Array.isArray(value)) this.list(schemaFields, value, path, depth);
        else this.fields(schemaFields, value, path, depth);
        return;
      default:
        if (!fits[holds](value)) this.wrong(value, path, goTypes[holds]);
    }
  }

  private fields(known: Fields, value: Json, path: string, depth: number): void {
    if (!isJsonObject(value)) {
      this.wrong(value, path, 'object');
      return;
    }
    for (const [name, below] of Object.entries(value)) {
      const holds = Object.hasOwn(known, name) ? known[name] : undefined;
      if (holds !== undefined) this.read(holds, below, `${path}.${name}`, depth + 1);
      else if (this.unknown.length < most) this.unknown.push(`${path}.${name}`);
    }
  }

  private list(item: Fields, value: Json, path: string, depth: number): void {
    if (!Array.isArray(value)) {
      this.wrong(value, path, 'array');
      return;
    }
    for (const [at, each] of (value as readonly Json[]).entries()) {
      this.read(item, each, `${path}[${at}]`, depth + 1);
    }
  }

  private properties(value: Json, path: string, depth: number): void {
    if (!isJsonObject(value)) {
      this.wrong(value, path, 'map[string]v1.JSONSchemaProps');
      return;
    }
    for (const [name, schema] of Object.entries(value)) {
      this.read('schema', schema, `${path}[${name}]`, depth + 1);
    }
  }

  private wrong(value: Json, path: string, type: string): void {
    const found = Array.isArray(value)
      ? 'array'
      : typeof value === 'boolean'
        ? 'bool'
        : typeof value;
    const plain = path.replaceAll(/\[[^\]]*\]/g, '');
    this.fault ||= `json: cannot unmarshal ${found} into Go struct field ${plain} of type ${type}`;
  }
}

function isList(holds: Fields | readonly [Fields]): holds is readonly [Fields] {
  return Array.isArray(holds);
}

const goTypes = {
  ...{ text: 'string', flag: 'bool', integer: 'int64', number: 'float64', texts: '[]string' },
} as const;
const fits: Readonly<Record<keyof typeof goTypes, (value: Json) => boolean>> = {
  text: (value) => typeof value === 'string',
  flag: (value) => typeof value === 'boolean',
  integer: (value) => Number.isSafeInteger(value) || typeof value === 'bigint',
  number: (value) => typeof value === 'number' || typeof value === 'bigint',
  texts: (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'),
};
