import type { Span } from '../../base/span.ts';
import type { IrExpr, IrSource } from '../../ir/expr.ts';
import { problem } from '../diagnostics.ts';
import { toJson } from '../fold/value.ts';
import { type ClusterMember, clusterMembers } from '../schema/fleet.ts';
import type { Expr, IndexNode, MemberNode } from '../syntax/ast.ts';
import { type Context, isPresent, originOf } from './context.ts';
import { pathOf } from './paths.ts';
import { type Attribute, complain, refer, type Session } from './session.ts';
import { irTypeOf, optional, type RecordType, required, type Type, text } from './type.ts';
import { schemaType } from './type-node.ts';
import { broken, irOf, isBroken, residual, type Typed } from './typed.ts';
import { guess } from './words.ts';

/** `cluster.x`: an attribute of the fleet, or a member every cluster has (Rule 37). */
export function clusterMember(node: MemberNode, context: Context, session: Session): Typed {
  const { text: name, span } = node.name;
  if (Object.hasOwn(clusterMembers, name)) {
    return fixedMember(name as ClusterMember, node, context, session);
  }
  const attribute = session.attributeOf(name);
  if (attribute !== null) return attributeValue(attribute, node, context, session);
  const names = () => [...session.attributeNames(), ...Object.keys(clusterMembers)];
  const near = guess(name, span, names, session);
  const help =
    session.program.fleet === null
      ? [...near.help, 'attributes are declared in a `fleet` block']
      : near.help;
  const params = { word: name, where: '`cluster`' };
  return complain(session, context, problem('OCM2002', span, params, { ...near, help }));
}

function attributeValue(
  attribute: Attribute,
  node: MemberNode,
  context: Context,
  session: Session,
): Typed {
  refer(session, context, node.name.span, attribute);
  const { name, source, type, presence, fallback } = attribute;
  const ir: IrExpr = {
    op: 'attribute',
    name,
    source,
    type: irTypeOf(type),
    ...(type.is === 'enum' ? { members: type.members } : {}),
    ...(presence === 'defaulted' && fallback !== undefined ? { default: toJson(fallback) } : {}),
    origin: originOf(context, node.span),
  };
  const mayMiss = presence === 'optional' && !isPresentHere(node, context);
  return residual(mayMiss ? optional(type) : type, ir);
}

function isPresentHere(node: Expr, context: Context): boolean {
  const path = pathOf(node);
  return path !== null && isPresent(context, path);
}

/** Members that are looked up by key, with where a key is found; they have no value as a whole where it says null. */
const maps: Readonly<Record<string, (key: string) => IrSource | null>> = {
  labels: (key) => ({ from: 'label', key }),
  claims: (key) => ({ from: 'claim', key }),
  annotations: (key) => ({ from: 'annotation', key }),
  capacity: (key) => ({ from: 'field', path: ['status', 'capacity', key] }),
  allocatable: (key) => ({ from: 'field', path: ['status', 'allocatable', key] }),
  conditions: (type) => ({ from: 'condition', type }),
  addons: (name) => ({ from: 'addon', name }),
  scores: scoreSource,
};
const wholes: Readonly<Record<string, IrSource>> = {
  name: { from: 'field', path: ['metadata', 'name'] },
  created: { from: 'field', path: ['metadata', 'creationTimestamp'] },
  labels: { from: 'field', path: ['metadata', 'labels'] },
  annotations: { from: 'field', path: ['metadata', 'annotations'] },
  capacity: { from: 'field', path: ['status', 'capacity'] },
  allocatable: { from: 'field', path: ['status', 'allocatable'] },
  taints: { from: 'taints' },
  sets: { from: 'sets' },
};

/** The source of a score written `resource/name`; null where the text is none. */
export function scoreSource(key: string): IrSource | null {
  const slash = key.indexOf('/');
  if (slash <= 0 || slash === key.length - 1) return null;
  return { from: 'score', resource: key.slice(0, slash), score: key.slice(slash + 1) };
}

function fixedMember(
  name: ClusterMember,
  node: MemberNode,
  context: Context,
  session: Session,
): Typed {
  const source = wholes[name];
  const type = schemaType(clusterMembers[name].type);
  if (source === undefined) {
    const params = { operation: `.${name}`, type: 'a cluster without a key' };
    const help = [`write the key: \`cluster.${name}["…"]\``];
    return complain(session, context, problem('OCM2005', node.name.span, params, { help }));
  }
  const ir: IrExpr = {
    op: 'attribute',
    name,
    source,
    type: irTypeOf(type),
    origin: originOf(context, node.span),
  };
  return residual(type, ir);
}

/** The map of a cluster an expression means (`cluster.labels`), or null. */
export function clusterMapOf(expr: Expr, context: Context, session: Session): string | null {
  if (expr.kind !== 'member' || !Object.hasOwn(maps, expr.name.text)) return null;
  if (expr.of.kind !== 'name') return null;
  const of = session.elaborate(expr.of, null, context);
  // A cluster of a test is a record; only the one looked at is read by source.
  return of.known && of.type.is === 'cluster' ? expr.name.text : null;
}

/** `cluster.labels["x"]`, `cluster.allocatable.memory`: one entry of a map of the cluster. */
export function clusterEntry(
  map: string,
  node: MemberNode | IndexNode,
  context: Context,
  session: Session,
): Typed {
  const of = schemaType(clusterMembers[map as ClusterMember].type) as RecordType;
  const type: Type = of.rest ?? text;
  const key = keyOf(node, context, session);
  if (key === null) return broken;
  if (typeof key !== 'string') return residual(optional(type), irOf(key), [key]);
  const source = maps[map]?.(key) ?? null;
  const at: Span = node.kind === 'member' ? node.name.span : node.at.span;
  if (source === null) {
    const params = { what: `\`${key}\``, range: 'a score is written `resource/name`' };
    return complain(session, context, problem('OCM2013', at, params));
  }
  const name = node.kind === 'member' ? `${map}.${key}` : `${map}[${JSON.stringify(key)}]`;
  const origin = originOf(context, node.span);
  const ir: IrExpr = { op: 'attribute', name, source, type: irTypeOf(type), origin };
  return residual(isPresentHere(node, context) ? required(type) : optional(type), ir);
}

/** The text of the key; where functions are declared, an expression that will be one. */
function keyOf(
  node: MemberNode | IndexNode,
  context: Context,
  session: Session,
): string | Typed | null {
  if (node.kind === 'member') return node.name.text === '' ? null : node.name.text;
  const typed = session.elaborate(node.at, text, context);
  if (isBroken(typed)) return null;
  if (typed.known && typeof typed.value === 'string') return typed.value;
  if (context.abstract) return typed;
  const where = 'the key of a map of the cluster';
  complain(session, context, problem('OCM2201', node.at.span, { what: 'cluster', where }));
  return null;
}
