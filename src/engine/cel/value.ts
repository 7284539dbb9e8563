import type { Cidr, Ip } from '../../kube/ip.ts';
import type { Quantity } from '../../kube/quantity.ts';
import type { CelMap } from './map.ts';

/**
 * A value while CEL runs: int is a bigint, double a number. What a JSON value cannot be is a record with `cel`.
 */
export type CelValue =
  | null
  | boolean
  | string
  | bigint
  | number
  | readonly CelValue[]
  | CelMap
  | CelUint
  | CelBytes
  | CelTimestamp
  | CelDuration
  | CelTypeValue
  | CelOptional
  | CelObject
  | CelError;

export interface CelUint {
  readonly cel: 'uint';
  readonly value: bigint;
}
export interface CelBytes {
  readonly cel: 'bytes';
  readonly bytes: Uint8Array;
}
/** Nanoseconds since the epoch. */
export interface CelTimestamp {
  readonly cel: 'timestamp';
  readonly nanos: bigint;
}
export interface CelDuration {
  readonly cel: 'duration';
  readonly nanos: bigint;
}
/** A type as a value: what `type(x)` gives. */
export interface CelTypeValue {
  readonly cel: 'type';
  readonly name: string;
}
/** `value` is undefined for `optional.none()`. */
export interface CelOptional {
  readonly cel: 'optional';
  readonly value: CelValue | undefined;
}
/** A failure. It travels like a value: `&&`, `||` and the conditional may swallow it. */
export interface CelError {
  readonly cel: 'error';
  readonly message: string;
}

/** A value of a type that Kubernetes' CEL libraries add; `of` names the type. */
export type CelObject =
  | { readonly cel: 'object'; readonly of: 'kubernetes.Quantity'; readonly quantity: Quantity }
  | { readonly cel: 'object'; readonly of: 'kubernetes.Semver'; readonly semver: Semver }
  | { readonly cel: 'object'; readonly of: 'kubernetes.URL'; readonly url: Url }
  | { readonly cel: 'object'; readonly of: 'net.IP'; readonly ip: Ip }
  | { readonly cel: 'object'; readonly of: 'net.CIDR'; readonly cidr: Cidr }
  | { readonly cel: 'object'; readonly of: 'kubernetes.NamedFormat'; readonly format: string };

/** A semantic version (semver.org 2.0); build metadata does not take part in its order. */
export interface Semver {
  readonly major: bigint;
  readonly minor: bigint;
  readonly patch: bigint;
  readonly pre: readonly string[];
  readonly build: string;
}

/** The parts of a URL that CEL can ask for. */
export interface Url {
  readonly text: string;
  readonly scheme: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly escapedPath: string;
  readonly query: ReadonlyMap<string, readonly string[]>;
}

export function celError(message: string): CelError {
  return { cel: 'error', message };
}

/** What an operation fails with when no overload fits the values. */
export const noSuchOverload: CelError = celError('no such overload');

export function isError(value: CelValue): value is CelError {
  return isTagged(value) && value.cel === 'error';
}

export function isOptional(value: CelValue): value is CelOptional {
  return isTagged(value) && value.cel === 'optional';
}

export function isMap(value: CelValue): value is CelMap {
  return isTagged(value) && value.cel === 'map';
}

export function isCelList(value: CelValue): value is readonly CelValue[] {
  return Array.isArray(value);
}

/** Values that say themselves what they are. */
export type Tagged = Extract<CelValue, { readonly cel: string }>;

export function isTagged(value: CelValue): value is Tagged {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The name of a value's type, as `type(x)` prints it. */
export function typeNameOf(value: CelValue): string {
  if (value === null) return 'null_type';
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'string':
      return 'string';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
  }
  return isTagged(value) ? taggedTypeName(value) : 'list';
}

function taggedTypeName(value: Tagged): string {
  switch (value.cel) {
    case 'timestamp':
      return 'google.protobuf.Timestamp';
    case 'duration':
      return 'google.protobuf.Duration';
    case 'optional':
      return 'optional_type';
    case 'object':
      return value.of;
    default:
      return value.cel;
  }
}

/** How many code points a text has: what CEL counts. */
export function sizeOfText(text: string): number {
  let size = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00 && at + 1 < text.length) at += 1;
    size += 1;
  }
  return size;
}

/** The size cost is counted by: code points, bytes, elements, entries; 1 for everything else. */
export function sizeOf(value: CelValue): number {
  if (typeof value === 'string') return sizeOfText(value);
  if (isCelList(value)) return value.length;
  if (!isTagged(value)) return 1;
  switch (value.cel) {
    case 'bytes':
      return value.bytes.length;
    case 'map':
      return value.size;
    case 'optional':
      return value.value === undefined ? 1 : sizeOf(value.value);
    default:
      return 1;
  }
}
