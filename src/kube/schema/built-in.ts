import { builtInFields } from './built-in-fields.ts';
import type { Schema } from './schema.ts';

/**
 * The schema of one of Kubernetes' own kinds in the version the product knows; undefined for every other. Types are
 * read when they are first looked at. A quantity is a text of format `quantity`, a number being one too.
 */
export function builtInSchemaOf(of: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): Schema | undefined {
  const type = lines().get(`${of.group}/${of.version}/${of.kind}`);
  return type === undefined ? undefined : typeOf(type);
}

/** The schema of `metadata`, which every kind has. */
export function objectMetaSchema(): Schema {
  return typeOf('meta.v1.ObjectMeta');
}

let index: ReadonlyMap<string, string> | undefined;

/** Fields by type, and types by kind. */
function lines(): ReadonlyMap<string, string> {
  index ??= new Map(
    builtInFields
      .trim()
      .split('\n')
      .map((line) => {
        const at = line.search(/[ =]/);
        return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
      }),
  );
  return index;
}

const types = new Map<string, Schema>();

function typeOf(name: string): Schema {
  const known = types.get(name);
  if (known !== undefined) return known;
  const fields = (lines().get(name) ?? '').split(' ').filter((field) => field !== '');
  const required = fields.filter((field) => field.endsWith('!')).map(nameOf);
  let properties: Readonly<Record<string, Schema>> | undefined;
  const schema: Schema = {
    type: 'object',
    ...(required.length > 0 && { required }),
    // when it is first asked for: a Pod alone is made of a hundred types
    get properties() {
      properties ??= Object.fromEntries(fields.map((field) => [nameOf(field), whatOf(field)]));
      return properties;
    },
  };
  types.set(name, schema);
  return schema;
}

function nameOf(field: string): string {
  return field.slice(0, field.indexOf(':'));
}

function whatOf(field: string): Schema {
  return read(field.slice(field.indexOf(':') + 1).replace('!', ''));
}

const scalars: Readonly<Record<string, Schema>> = {
  s: { type: 'string' },
  y: { type: 'string', format: 'byte' },
  t: { type: 'string', format: 'date-time' },
  i: { type: 'integer', format: 'int32' },
  l: { type: 'integer', format: 'int64' },
  f: { type: 'number', format: 'double' },
  b: { type: 'boolean' },
  q: { type: 'string', format: 'quantity', 'x-kubernetes-int-or-string': true },
  o: { 'x-kubernetes-int-or-string': true },
  j: { 'x-kubernetes-preserve-unknown-fields': true },
};

function read(what: string): Schema {
  const inner = what.slice(1, -1);
  if (what.startsWith('[')) return { type: 'array', items: read(inner) };
  if (what.startsWith('{')) return { type: 'object', additionalProperties: read(inner) };
  if (what.startsWith('s(')) return { type: 'string', words: what.slice(2, -1).split('|') };
  return (what.length === 1 ? scalars[what] : undefined) ?? typeOf(what);
}
