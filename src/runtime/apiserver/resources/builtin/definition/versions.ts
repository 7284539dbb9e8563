import { isJsonObject, type Json, type JsonObject } from '../../../../../base/json.ts';
import { parseJsonPath } from '../../../../../kube/json-path.ts';
import { type FieldError, invalid, required } from '../../../../../kube/schema/field-error.ts';
import { structs, textOf } from '../fields.ts';

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const columnFormats = [
  ...['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'],
];

/** Columns of tables that cannot be shown. */
export function columnErrors(columns: Json | undefined, path: string): readonly FieldError[] {
  return structs(columns).flatMap((column, index) => {
    const at = `${path}[${index}]`;
    const of = (name: string) => textOf(column[name]);
    const among = (name: string, known: readonly string[]) =>
      known.includes(of(name))
        ? []
        : [invalid(`${at}.${name}`, of(name), `must be one of ${known.join(',')}`)];
    return [
      ...(of('name') === '' ? [required(`${at}.name`)] : []),
      ...(of('type') === '' ? [required(`${at}.type`)] : among('type', columnTypes)),
      ...(of('format') === '' ? [] : among('format', columnFormats)),
      ...(of('jsonPath') === '' ? [required(`${at}.JSONPath`)] : pathErrors(of('jsonPath'), at)),
    ];
  });
}

function pathErrors(path: string, at: string): readonly FieldError[] {
  if (path.startsWith('.') && parseJsonPath(`{${path}}`).ok) return [];
  const why = 'must be a simple json path starting with .';
  return [invalid(`${at}.JSONPath`, path, why)];
}

/** A scale subresource that finds no numbers. */
export function scaleErrors(subresources: Json | undefined, path: string): readonly FieldError[] {
  const scale = isJsonObject(subresources) ? subresources['scale'] : undefined;
  if (!isJsonObject(scale)) return [];
  const at = `${path}.scale`;
  const check = (name: string, starts: readonly string[], needed: boolean) => {
    const value = textOf(scale[name]);
    if (value === '') return needed ? [required(`${at}.${name}`)] : [];
    const good = starts.some((start) => value.startsWith(`${start}.`));
    const why = `should be a json path under ${starts.join(' or ')}`;
    return good ? [] : [invalid(`${at}.${name}`, value, why)];
  };
  return [
    ...check('specReplicasPath', ['.spec'], true),
    ...check('statusReplicasPath', ['.status'], true),
    ...check('labelSelectorPath', ['.spec', '.status'], false),
  ];
}

const selectableTypes = ['boolean', 'integer', 'string'];

/** Fields that selectors cannot name. */
export function selectableErrors(
  fields: Json | undefined,
  path: string,
  { schema }: JsonObject,
): readonly FieldError[] {
  const root = isJsonObject(schema) ? schema['openAPIV3Schema'] : undefined;
  return structs(fields).flatMap(({ jsonPath }, index) => {
    const [at, text] = [`${path}[${index}].jsonPath`, textOf(jsonPath)];
    if (text === '') return [required(at)];
    if (!/^(\.[A-Za-z_][\w-]*)+$/.test(text)) {
      return [invalid(at, text, 'must be a simple json path starting with .')];
    }
    let place: Json | undefined = root;
    for (const name of text.slice(1).split('.')) {
      const properties: Json | undefined = isJsonObject(place) ? place['properties'] : undefined;
      place =
        isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
    }
    if (!isJsonObject(place)) {
      return [invalid(at, text, 'is an invalid path: does not refer to a valid field')];
    }
    if (selectableTypes.includes(textOf(place['type']))) return [];
    const why = 'must point to a field of type string, boolean or integer';
    return [invalid(at, text, `${why}. Enum string fields and strings with formats are allowed.`)];
  });
}
