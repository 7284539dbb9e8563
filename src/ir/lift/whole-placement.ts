import { isJsonObject, type Json } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import { placementKind } from '../../kube/ocm/cluster.ts';
import { applyDefaults } from '../../kube/schema/defaults.ts';
import { schemaOf } from '../../kube/schema/definitions.ts';
import { placementAnnotations } from '../guard.ts';
import { lowerPlacement } from '../lower/placement.ts';
import type { IrPlacement } from '../program.ts';
import { liftPlacement } from './placement.ts';

/** A Placement as people write it: what they leave to the API server's defaults is what those say. */
export function writtenPlacement(object: KubeObject): IrPlacement {
  const schema = schemaOf(placementKind);
  const whole = schema === undefined ? object : applyDefaults(schema, object);
  return liftPlacement(whole as KubeObject);
}

/**
 * A placement of a program with what `raw`, and annotations of ours, say of it as well: its object says both, so it is
 * decided by both. The very same where they say nothing that a placement is decided by.
 */
export function wholePlacement(decl: IrPlacement): IrPlacement {
  const fields = overruled(decl);
  if (fields.size === 0) return decl;
  const known = memory.get(decl);
  if (known !== undefined) return known;
  const [object] = lowerPlacement(decl).objects;
  const whole = object === undefined ? decl : mixed(decl, writtenPlacement(object), fields);
  memory.set(decl, whole);
  return whole;
}

const memory = new WeakMap<IrPlacement, IrPlacement>();

type Field = keyof IrPlacement;

const fieldsOfSpec: readonly (readonly [key: string, field: Field])[] = [
  ['clusterSets', 'clusterSets'],
  ['predicates', 'where'],
  ['numberOfClusters', 'numberOfClusters'],
  ['prioritizerPolicy', 'prioritizerPolicy'],
  ['sortBy', 'sortBy'],
  ['scoreRateLimit', 'rescore'],
  ['spreadPolicy', 'spread'],
  ['tolerations', 'tolerations'],
];
const fieldsOfGroups: readonly (readonly [key: string, field: Field])[] = [
  ['decisionGroups', 'groups'],
  ['clustersPerDecisionGroup', 'clustersPerDecisionGroup'],
];

/** What is not, or not alone, as the declaration has it. */
function overruled({ raw, annotations = {} }: IrPlacement): ReadonlySet<Field> {
  const { spec, metadata } = raw ?? {};
  const ours: readonly string[] = Object.values(placementAnnotations);
  const said = [...Object.keys(annotations), ...keysOf(member(metadata, 'annotations'))];
  return new Set<Field>([
    ...fieldsIn(spec, fieldsOfSpec),
    ...fieldsIn(member(member(spec, 'decisionStrategy'), 'groupStrategy'), fieldsOfGroups),
    ...(said.some((key) => ours.includes(key)) ? (['guard', 'trust'] as const) : []),
  ]);
}

function fieldsIn(
  object: Json | undefined,
  fields: readonly (readonly [key: string, field: Field])[],
): readonly Field[] {
  const keys = keysOf(object);
  return fields.flatMap(([key, field]) => (keys.includes(key) ? [field] : []));
}

function member(of: Json | undefined, key: string): Json | undefined {
  return isJsonObject(of) && Object.hasOwn(of, key) ? of[key] : undefined;
}

function keysOf(of: Json | undefined): readonly string[] {
  return isJsonObject(of) ? Object.keys(of) : [];
}

/** The declaration, some fields as the object has them. */
function mixed(decl: IrPlacement, object: IrPlacement, fields: ReadonlySet<string>): IrPlacement {
  const kept = Object.entries(decl).filter(([field]) => !fields.has(field));
  const taken = Object.entries(object).filter(([field]) => fields.has(field));
  return Object.fromEntries([...kept, ...taken]) as unknown as IrPlacement;
}
