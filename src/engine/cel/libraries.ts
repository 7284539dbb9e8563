import type { Library } from './environment.ts';
import { formats } from './library/formats.ts';
import { lists } from './library/lists.ts';
import { network } from './library/network.ts';
import { optionals } from './library/optionals.ts';
import { quantities } from './library/quantities.ts';
import { regex } from './library/regex.ts';
import { semvers } from './library/semvers.ts';
import { standard } from './library/standard.ts';
import { strings } from './library/strings.ts';
import { urls } from './library/urls.ts';
import type { CelType } from './types.ts';
import { dyn, listOf, mapOfTypes, optionalOf } from './types.ts';

/** The libraries every environment of Open Cluster Management has (sdk-go `pkg/cel/common/values.go`). */
export const baseLibraries: readonly Library[] = [
  standard,
  optionals,
  strings,
  lists,
  regex,
  urls,
  quantities,
  network,
  formats,
  semvers,
];

/** Types that can be written as values, for comparing with `type(x)`. */
export const namedTypes: ReadonlyMap<string, CelType> = new Map<string, CelType>([
  ...(['bool', 'bytes', 'double', 'int', 'string', 'uint'] as const).map(
    (kind) => [kind, { kind }] as const,
  ),
  ['google.protobuf.Duration', { kind: 'duration' }],
  ['google.protobuf.Timestamp', { kind: 'timestamp' }],
  ['list', listOf(dyn)],
  ['map', mapOfTypes(dyn, dyn)],
  ['null_type', { kind: 'null' }],
  ['type', { kind: 'type', params: [] }],
  ['optional_type', optionalOf(dyn)],
  ['net.IP', { kind: 'opaque', name: 'net.IP', params: [] }],
  ['net.CIDR', { kind: 'opaque', name: 'net.CIDR', params: [] }],
]);
