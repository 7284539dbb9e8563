import { clusterMembers } from '../schema/fleet.ts';
import type { Attribute, Session } from './session.ts';
import {
  bool,
  type FieldType,
  int,
  isScalar,
  listOf,
  mapOf,
  type RecordType,
  scalar,
  type Type,
  text,
} from './type.ts';
import { schemaType } from './type-node.ts';

const taint = (): RecordType => ({
  is: 'record',
  fields: new Map<string, FieldType>([
    ['key', { type: text, optional: false }],
    ['value', { type: text, optional: true }],
    ['effect', { type: schemaType('NoSelect | PreferNoSelect | NoSelectIfNew'), optional: true }],
    ['since', { type: scalar('time'), optional: true }],
  ]),
  rest: null,
});

/** Members every cluster has, as a fixture writes them (Rule 55). */
const members = (): Readonly<Record<Exclude<keyof typeof clusterMembers, 'name'>, Type>> => ({
  created: scalar('time'),
  labels: mapOf(text),
  claims: mapOf(text),
  annotations: mapOf(text),
  capacity: mapOf(scalar('quantity')),
  allocatable: mapOf(scalar('quantity')),
  taints: listOf(taint()),
  conditions: mapOf(bool),
  addons: mapOf(bool),
  sets: schemaType(clusterMembers.sets.type),
  scores: mapOf(int),
});

/** What a cluster of a fixture may say: attributes of the fleet, and the members every cluster has. */
export function clusterFields(session: Session): RecordType {
  const fields = new Map<string, FieldType>();
  for (const name of session.attributeNames()) {
    const attribute = session.attributeOf(name);
    if (attribute !== null) fields.set(name, { type: writtenType(attribute), optional: true });
  }
  for (const [name, type] of Object.entries(members())) fields.set(name, { type, optional: true });
  return { is: 'record', fields, rest: null };
}

/** The type of an attribute as it is written: a condition is a bool, a score a number. */
function writtenType({ type }: Attribute): Type {
  if (isScalar(type, 'condition')) return bool;
  if (isScalar(type, 'score')) return int;
  return type;
}
