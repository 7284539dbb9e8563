import { isJsonObject } from '../../base/json.ts';

/** A fault of one field, in Kubernetes' words; `field` is its path, for example `spec.taints[0].key`. */
export interface FieldError {
  readonly field: string;
  readonly reason: FieldErrorReason;
  /** Without the path: `Invalid value: "x": must be y`. */
  readonly message: string;
}
/** As in `status.details.causes[].reason` of a refusal. */
export type FieldErrorReason =
  | 'FieldValueRequired'
  | 'FieldValueInvalid'
  | 'FieldValueTypeInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueDuplicate'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueForbidden';

/** A required field that is absent. */
export function required(field: string, detail = ''): FieldError {
  const message = detail === '' ? 'Required value' : `Required value: ${detail}`;
  return { field, reason: 'FieldValueRequired', message };
}

/** A value that a rule refuses. */
export function invalid(field: string, value: unknown, detail: string): FieldError {
  const message = `Invalid value: ${shown(value)}: ${detail}`;
  return { field, reason: 'FieldValueInvalid', message };
}

/** A value of another type than the schema's. */
export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return { ...invalid(field, value, detail), reason: 'FieldValueTypeInvalid' };
}

/** A value that is not among the possible ones. */
export function notSupported(
  field: string,
  value: unknown,
  supported: readonly unknown[],
): FieldError {
  const values = supported.map((each) => JSON.stringify(textOf(each))).join(', ');
  const message = `Unsupported value: ${shown(value)}: supported values: ${values}`;
  return { field, reason: 'FieldValueNotSupported', message };
}

/** An entry of a list that is there already. */
export function duplicate(field: string, value: unknown): FieldError {
  return { field, reason: 'FieldValueDuplicate', message: `Duplicate value: ${shown(value)}` };
}

/** A text that is too long; Kubernetes does not repeat it. */
export function tooLong(field: string, most: number): FieldError {
  const message = `Too long: may not be more than ${most} bytes`;
  return { field, reason: 'FieldValueTooLong', message };
}

/** A list or map with too many entries. */
export function tooMany(field: string, count: number, most: number): FieldError {
  const message = `Too many: ${count}: must have at most ${most} items`;
  return { field, reason: 'FieldValueTooMany', message };
}

/** A field that must not be set or changed here. */
export function forbidden(field: string, detail: string): FieldError {
  return { field, reason: 'FieldValueForbidden', message: `Forbidden: ${detail}` };
}

/** Path and message, as a refusal prints them. */
export function fieldErrorText(error: FieldError): string {
  return `${error.field}: ${error.message}`;
}

/** The message of a 422 refusal: `Placement.cluster… "web" is invalid: spec.x: …`. */
export function invalidText(
  of: { readonly group: string; readonly kind: string; readonly name: string },
  errors: readonly FieldError[],
): string {
  const kind = of.group === '' ? of.kind : `${of.kind}.${of.group}`;
  const texts = errors.map(fieldErrorText);
  const all = texts.length === 1 ? texts.join('') : `[${texts.join(', ')}]`;
  return `${kind} ${JSON.stringify(of.name)} is invalid: ${all}`;
}

function shown(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  return JSON.stringify(value, withoutBigint) ?? 'null';
}

// for people: who is told of a whole object may take its longest integers as near ones
function withoutBigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return isJsonObject(value) || Array.isArray(value) ? shown(value) : String(value);
}
