import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../../../base/json.ts';
import { utf8Length } from '../../../../kube/go-text.ts';
import type { KubeObject } from '../../../../kube/object.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  required,
  tooLong,
} from '../../../../kube/schema/field-error.ts';
import type { Rules } from '../rules.ts';
import { field, struct, textOf, withFields } from './fields.ts';

const maxBytes = 1024 * 1024;
const keyShape = /^[-._a-zA-Z0-9]+$/;
const keyRule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** Texts and bytes by key (core validation `ValidateConfigMap`). */
export const configMapRules: Partial<Rules> = {
  validate: (object, old) => {
    const binary = struct(object, 'binaryData');
    const data = struct(object, 'data');
    const twice = Object.keys(data)
      .filter((key) => Object.hasOwn(binary, key))
      .map((key) => invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    const size = textBytes(data) + base64Bytes(binary);
    return [
      ...mapErrors(object, 'data', false),
      ...mapErrors(object, 'binaryData', true),
      ...twice,
      ...(size > maxBytes ? [tooLong('[]', maxBytes)] : []),
      ...immutableErrors(object, old, ['data', 'binaryData']),
    ];
  },
};

/** Bytes by key; `stringData` is taken into `data` (core validation `ValidateSecret`). */
export const secretRules: Partial<Rules> = {
  prepareCreate: (object) => takeTexts({ ...object, ...typed(object) }),
  prepareUpdate: (object) => takeTexts({ ...object, ...typed(object) }),
  validate: (object, old) => {
    const size = base64Bytes(struct(object, 'data'));
    const retyped = old !== null && textOf(field(object, 'type')) !== textOf(field(old, 'type'));
    return [
      ...(retyped ? [invalid('type', field(object, 'type'), 'field is immutable')] : []),
      ...immutableErrors(object, old, ['data']),
      ...mapErrors(object, 'data', true),
      ...(size > maxBytes ? [tooLong('data', maxBytes)] : []),
      ...missingKeys(object),
    ];
  },
};

function typed(object: KubeObject): { type: string } {
  return { type: textOf(field(object, 'type')) || 'Opaque' };
}

function takeTexts(object: KubeObject): KubeObject {
  const given = field(object, 'stringData');
  if (given === undefined) return object;
  const taken = isJsonObject(given)
    ? Object.entries(given).map(([key, text]) => [key, encode(text)] as const)
    : [];
  const data = Object.fromEntries([...Object.entries(struct(object, 'data')), ...taken]);
  return withFields(object, { data, stringData: undefined });
}

function encode(text: Json | undefined): Json {
  return typeof text === 'string' ? Buffer.from(text, 'utf8').toString('base64') : (text ?? '');
}

function mapErrors(object: KubeObject, name: string, bytes: boolean): readonly FieldError[] {
  const value = field(object, name);
  if (value === undefined || value === null) return [];
  if (!isJsonObject(value)) return [invalid(name, 'object', 'must be of type object')];
  return Object.entries(value).flatMap(([key, each]) =>
    entryErrors(`${name}[${key}]`, key, each, bytes),
  );
}

function entryErrors(
  path: string,
  key: string,
  value: Json | undefined,
  bytes: boolean,
): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (key.length > 253) errors.push(invalid(path, key, 'must be no more than 253 bytes'));
  if (!keyShape.test(key)) errors.push(invalid(path, key, keyRule));
  if (key === '.' || key === '..') errors.push(invalid(path, key, `must not be '${key}'`));
  if (typeof value !== 'string') errors.push(invalid(path, typeof value, 'must be of type string'));
  else if (bytes && !isBase64(value))
    errors.push(invalid(path, '<redacted>', 'illegal base64 data'));
  return errors;
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

function textBytes(map: JsonObject): number {
  return Object.values(map).reduce<number>((sum, each) => sum + utf8Length(textOf(each)), 0);
}

function base64Bytes(map: JsonObject): number {
  return Object.values(map).reduce<number>(
    (sum, each) => sum + Math.floor((textOf(each).length * 3) / 4),
    0,
  );
}

function immutableErrors(
  object: KubeObject,
  old: KubeObject | null,
  names: readonly string[],
): readonly FieldError[] {
  if (old === null || field(old, 'immutable') !== true) return [];
  const why = 'field is immutable when `immutable` is set';
  const errors = names
    .filter((name) => !jsonEqual(struct(object, name), struct(old, name)))
    .map((name) => forbidden(name, why));
  return field(object, 'immutable') === true ? errors : [forbidden('immutable', why), ...errors];
}

/** Keys that a type of Secret must have; of a group, one is enough. */
const keysOfTypes: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  ['kubernetes.io/dockercfg', [['.dockercfg']]],
  ['kubernetes.io/dockerconfigjson', [['.dockerconfigjson']]],
  ['kubernetes.io/basic-auth', [['username', 'password']]],
  ['kubernetes.io/ssh-auth', [['ssh-privatekey']]],
  ['kubernetes.io/tls', [['tls.crt'], ['tls.key']]],
]);

function missingKeys(object: KubeObject): readonly FieldError[] {
  const type = textOf(field(object, 'type'));
  const account = 'kubernetes.io/service-account.name';
  if (type === 'kubernetes.io/service-account-token' && !object.metadata.annotations?.[account]) {
    return [required(`metadata.annotations[${account}]`)];
  }
  const data = struct(object, 'data');
  return (keysOfTypes.get(type) ?? [])
    .filter((keys) => !keys.some((key) => Object.hasOwn(data, key)))
    .flatMap((keys) => keys.map((key) => required(`data[${key}]`)));
}
