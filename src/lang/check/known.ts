import type { ObjectKind } from '../bind/kinds.ts';
import type { BlockSymbol } from '../bind/program.ts';
import {
  type Fields,
  isFields,
  isList,
  isReference,
  type List,
  type Value,
} from '../fold/value.ts';
import { hubSets } from '../schema/types.ts';
import type { Typed } from './typed.ts';

/** The value of an expression that is known; undefined where it is absent, broken or missing. */
export function knownValue(typed: Typed | null | undefined): Value | undefined {
  return typed?.known === true ? typed.value : undefined;
}
export function textOf(typed: Typed | null | undefined): string | undefined {
  const value = knownValue(typed);
  return typeof value === 'string' ? value : undefined;
}
export function boolOf(typed: Typed | null | undefined): boolean | undefined {
  const value = knownValue(typed);
  return typeof value === 'boolean' ? value : undefined;
}
export function listOf(typed: Typed | null | undefined): List | undefined {
  const value = knownValue(typed);
  return value !== undefined && isList(value) ? value : undefined;
}
export function fieldsOf(value: Value | undefined): Fields | undefined {
  return value !== undefined && value !== null && typeof value === 'object' && isFields(value)
    ? value
    : undefined;
}

/** The block a value refers to. */
export function blockOf(value: Value | undefined): BlockSymbol | undefined {
  if (value === undefined || !isReference(value) || typeof value.to === 'string') return undefined;
  if (value.refers === 'Kind' || value.refers === 'object') return undefined;
  return value.to as BlockSymbol;
}

/** The name of the object a value refers to, declared or not: every hub has the sets `default` and `global`. */
export function referredName(value: Value | undefined): string | undefined {
  return value !== undefined && isReference(value) ? value.name : undefined;
}

/** Whether a value is a cluster set that is on the hub and that nobody declares (`ManagedClusterSet.prod`). */
export function isSetOutside(value: Value): boolean {
  const isSet = isReference(value) && value.refers === 'ClusterSet';
  return isSet && typeof value.to === 'string' && !hubSets.has(value.name);
}

/** An entry of `on:` of an app: a placement, alone or with a rollout of its own (Rule 48). */
export interface PlacedEntry {
  readonly placement: BlockSymbol;
  readonly rollout: Value | undefined;
}
export function placedEntry(value: Value): PlacedEntry | undefined {
  const alone = blockOf(value);
  if (alone !== undefined) return { placement: alone, rollout: undefined };
  const record = fieldsOf(value);
  const placement = blockOf(record?.get('placement'));
  return placement === undefined ? undefined : { placement, rollout: record?.get('rollout') };
}

/** The kind a value is. */
export function kindOf(value: Value | undefined): ObjectKind | undefined {
  if (value === undefined || !isReference(value) || value.refers !== 'Kind') return undefined;
  return value.to as ObjectKind;
}
