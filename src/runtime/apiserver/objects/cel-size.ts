import type { Path } from '../../../engine/cel/estimate/path.ts';
import type { Size } from '../../../engine/cel/estimate/size.ts';
import type { Schema } from '../../../kube/schema/schema.ts';
import { escapedName } from './cel-schema.ts';

/**
 * How large a value of a schema may be at most and must be at least, as estimates of costs take it (apiserver
 * `pkg/cel/common/schemas.go`): from what the schema bounds, else from what fits into one request.
 */
export interface Extent {
  /** Characters or elements. */
  readonly most: number;
  /** Bytes of JSON. */
  readonly least: number;
  /** Of lists and maps. */
  readonly below: Extent | null;
  readonly isMap: boolean;
  /** By their names in CEL. */
  readonly fields: ReadonlyMap<string, Extent>;
}

/** Bytes of the largest request. */
const request = 3 * 1024 * 1024;
const longestText = request - 2;
/** Of texts of a format: the most characters, and the fewest bytes with quotes. */
const formats: Readonly<Record<string, readonly [number, number]>> = {
  duration: [32, 3],
  date: [12, 12],
  'date-time': [32, 21],
};

function scalar(most: number, least: number): Extent {
  return { most, least, below: null, isMap: false, fields: new Map() };
}

/** A name of a resource, its kind, its version. */
const freeText = scalar(longestText, 2);
const mapKey = scalar(0, 2);

/** The extent of what rules of a schema see; null where they see nothing of it. */
export function extentOf(schema: Schema, isResource: boolean): Extent | null {
  if (schema['x-kubernetes-int-or-string'] === true) {
    return scalar(schema.maxLength === undefined ? longestText : bounded(schema.maxLength) * 4, 1);
  }
  switch (schema.type) {
    case 'array':
      return schema.items === undefined ? null : listExtent(schema, schema.items);
    case 'object': {
      const { additionalProperties: values } = schema;
      if (typeof values === 'object') return mapExtent(schema, values);
      return objectExtent(schema, isResource && !describesItself(schema));
    }
    case 'string':
      return textExtent(schema);
    case 'boolean':
      return scalar(0, 4);
    case 'integer':
    case 'number':
      return scalar(0, 1);
    default:
      return null;
  }
}

/** What lies at a path that begins with a variable. */
export function sizeAt(root: Extent, path: Path): Size | null {
  let at: Extent | null | undefined = root;
  for (const step of path.slice(1)) {
    if (step === '@items' || step === '@values') at = at.below;
    else if (step === '@keys') at = at.isMap ? mapKey : null;
    else at = at.fields.get(step);
    if (!at) return null;
  }
  return { min: 0, max: at.most };
}

/** How often a value can be there in one request. */
export function mostOften({ least }: Extent): number {
  return Math.floor(request / (least + 1));
}

function extentBelow(schema: Schema): Extent | null {
  return extentOf(schema, schema['x-kubernetes-embedded-resource'] === true);
}

function listExtent({ maxItems }: Schema, items: Schema): Extent | null {
  const below = extentBelow(items);
  if (below === null) return null;
  const fitting = Math.floor((request - 2) / (below.least + 1));
  const most = maxItems === undefined ? fitting : bounded(maxItems);
  return { most, least: 2, below, isMap: false, fields: new Map() };
}

function mapExtent({ maxProperties }: Schema, values: Schema): Extent | null {
  const below = extentBelow(values);
  if (below === null) return null;
  const fitting = Math.floor((request - 2) / (below.least + 6));
  const most = maxProperties === undefined ? fitting : bounded(maxProperties);
  return { most, least: 2, below, isMap: true, fields: new Map() };
}

function objectExtent({ properties = {}, required = [] }: Schema, isResource: boolean): Extent {
  const fields = new Map<string, Extent>();
  let least = 2;
  const put = (name: string, extent: Extent | null, counts: boolean): void => {
    if (extent === null) return;
    const escaped = escapedName(name);
    if (escaped !== null) fields.set(escaped, extent);
    if (counts) least += utf8Length(name) + extent.least + 4;
  };
  for (const [name, schema] of Object.entries(properties)) {
    if (isResource && ownFields.has(name)) continue;
    const counts = required.includes(name) && schema.default === undefined;
    put(name, extentBelow(schema), counts);
  }
  if (isResource) for (const [name, own] of ownFields) put(name, own, required.includes(name));
  return { most: 0, least, below: null, isMap: false, fields };
}

/** Whether a resource says itself what every resource has. */
function describesItself({ properties: { apiVersion, kind, metadata } = {} }: Schema): boolean {
  const { name, generateName } = metadata?.properties ?? {};
  const texts = [apiVersion, kind, name, generateName];
  return metadata?.type === 'object' && texts.every((each) => each?.type === 'string');
}

const ownFields: ReadonlyMap<string, Extent> = new Map([
  ['apiVersion', freeText],
  ['kind', freeText],
  [
    'metadata',
    {
      ...scalar(0, 2),
      fields: new Map([
        ['name', freeText],
        ['generateName', freeText],
      ]),
    },
  ],
]);

function textExtent({ format = '', maxLength, enum: words }: Schema): Extent {
  const known = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (known !== undefined) return scalar(...known);
  if (maxLength !== undefined) return scalar(bounded(maxLength) * (format === 'byte' ? 1 : 4), 2);
  if (format === 'byte' || words === undefined || words.length === 0) return freeText;
  const lengths = words.map((word) => (typeof word === 'string' ? utf8Length(word) : 0));
  return scalar(Math.max(...lengths), 2);
}

function utf8Length(text: string): number {
  return Buffer.byteLength(text);
}

function bounded(given: number): number {
  return Math.max(given, 0);
}
