import { isJsonObject, type JsonObject } from '../../../../../base/json.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../../../kube/schema/field-error.ts';
import { textOf, texts } from '../fields.ts';

const scalars = ['boolean', 'integer', 'number', 'string'];

/** What is wrong with how lists and objects are merged: types of lists and maps, keys of lists that are maps. */
export function listErrors(schema: JsonObject, at: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const listType = schema['x-kubernetes-list-type'];
  const mapType = schema['x-kubernetes-map-type'];
  const keys = texts(schema['x-kubernetes-list-map-keys']);
  const items = isJsonObject(schema['items']) ? schema['items'] : {};
  const { type } = schema;
  if (mapType !== undefined) {
    const field = `${at}.x-kubernetes-map-type`;
    const known = ['atomic', 'granular'];
    if (!known.includes(textOf(mapType))) errors.push(notSupported(field, mapType, known));
    else if (type !== 'object') {
      errors.push(
        invalid(`${at}.type`, type ?? '', 'must be object if x-kubernetes-map-type is specified'),
      );
    }
  }
  if (listType !== undefined) {
    const field = `${at}.x-kubernetes-list-type`;
    const known = ['atomic', 'map', 'set'];
    if (!known.includes(textOf(listType))) errors.push(notSupported(field, listType, known));
    else if (type !== 'array') {
      errors.push(
        invalid(`${at}.type`, type ?? '', 'must be array if x-kubernetes-list-type is specified'),
      );
    } else if (listType === 'set') errors.push(...setErrors(items, at));
  }
  if (listType !== 'map') {
    if (keys.length > 0) {
      const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
      errors.push(invalid(`${at}.x-kubernetes-list-type`, listType ?? '', why));
    }
    return errors;
  }
  return [...errors, ...keyErrors(items, keys, at)];
}

function setErrors(items: JsonObject, at: string): readonly FieldError[] {
  const atomic = (name: string, kind: string) =>
    items[name] === 'atomic'
      ? []
      : [
          invalid(
            `${at}.items.${name}`,
            items[name] ?? null,
            `must be set as "atomic" as items of type ${kind} when x-kubernetes-list-type is "set"`,
          ),
        ];
  if (items['nullable'] === true) {
    return [
      forbidden(`${at}.items.nullable`, 'cannot be nullable when x-kubernetes-list-type is "set"'),
    ];
  }
  if (items['type'] === 'object') return atomic('x-kubernetes-map-type', 'object');
  return items['type'] === 'array' ? atomic('x-kubernetes-list-type', 'array') : [];
}

function keyErrors(items: JsonObject, keys: readonly string[], at: string): readonly FieldError[] {
  const field = `${at}.x-kubernetes-list-map-keys`;
  if (items['type'] !== 'object') {
    return [
      invalid(
        `${at}.items.type`,
        items['type'] ?? '',
        'must be object if parent array’s x-kubernetes-list-type is map',
      ),
    ];
  }
  if (keys.length === 0) {
    return [required(field, 'must not be empty if x-kubernetes-list-type is map')];
  }
  const properties = isJsonObject(items['properties']) ? items['properties'] : {};
  const needed = texts(items['required']);
  return keys.flatMap((key, index): readonly FieldError[] => {
    const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!isJsonObject(property)) {
      return [invalid(field, key, 'entries must all be names of item properties')];
    }
    const place = `${at}.items.properties[${key}]`;
    const errors: FieldError[] = [];
    if (keys.indexOf(key) < index)
      errors.push(invalid(`${field}[${index}]`, key, 'must be unique'));
    if (!scalars.includes(textOf(property['type']))) {
      errors.push(
        invalid(
          `${place}.type`,
          property['type'] ?? '',
          'must be a scalar type if parent array’s x-kubernetes-list-type is map',
        ),
      );
    }
    if (!needed.includes(key) && property['default'] === undefined) {
      const why =
        'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      errors.push(required(`${place}.default`, why));
    }
    return errors;
  });
}
