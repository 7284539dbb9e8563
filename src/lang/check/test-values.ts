import type { IrExpr } from '../../ir/expr.ts';
import type { TestRead } from '../../ir/test-plan.ts';
import type { BlockSymbol } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import { isReference, type Reference } from '../fold/value.ts';
import { type ClusterMember, clusterMembers } from '../schema/fleet.ts';
import { type TestValueSchema, testValues } from '../schema/test-values.ts';
import { type Sort, sortHeads } from '../schema/types.ts';
import type { CallNode, MemberNode } from '../syntax/ast.ts';
import { type Context, isPresent } from './context.ts';
import { mayHaveGroup } from './groups.ts';
import { pathOf } from './paths.ts';
import { complain, refer, type Session } from './session.ts';
import { variableFor } from './test-names.ts';
import {
  clusters,
  isClusters,
  listOf,
  optional,
  required,
  type Type,
  text,
  typeText,
} from './type.ts';
import { schemaType } from './type-node.ts';
import { broken, irOf, isBroken, residual, type Typed } from './typed.ts';
import { didYouMean, quotedList } from './words.ts';

/** A block a test asks about, and what it may be asked. */
interface Subject {
  readonly sort: Sort;
  readonly reference: Reference;
  readonly asks: Readonly<Record<string, TestValueSchema>>;
}

function subjectOf(of: Typed, { test }: Context): Subject | null {
  const type = required(of.type);
  if (test === undefined || !of.known || type.is !== 'ref') return null;
  const asks = testValues[type.sort];
  const { value } = of;
  if (asks === undefined || value === undefined || !isReference(value)) return null;
  return { sort: type.sort, reference: value, asks };
}

function subjectIr({ sort, reference }: Subject, context: Context): IrExpr {
  const { name, namespace } = reference;
  return variableFor({ of: sortHeads[sort] as TestRead['of'], name, namespace }, context);
}

/** `eu-web.clusters`, `c.env`: a member of a block or a cluster in a test; null where it is neither. */
export function testMember(
  of: Typed,
  node: MemberNode,
  context: Context,
  session: Session,
): Typed | null {
  if (!of.known && required(of.type).is === 'cluster') {
    return clusterPart(of, node, context, session);
  }
  const subject = subjectOf(of, context);
  if (subject === null) return null;
  const { text: name, span } = node.name;
  const schema = Object.hasOwn(subject.asks, name) ? subject.asks[name] : undefined;
  if (schema === undefined) {
    const names = Object.keys(subject.asks);
    const near = didYouMean(name, span, names);
    const help = near.help.length > 0 ? near.help : [`known here: ${quotedList(names, 'and')}`];
    const params = { word: name, where: typeText(of.type) };
    return complain(session, context, problem('OCM2002', span, params, { ...near, help }));
  }
  if (schema.takes !== undefined) {
    const params = { expected: `\`.${name}(…)\``, found: `\`.${name}\`` };
    return complain(session, context, problem('OCM2004', span, params));
  }
  const ir: IrExpr = { op: 'member', of: subjectIr(subject, context), name };
  return residual(schemaType(schema.type), ir);
}

/** `eu-web.group("canary")`, `baseline.violations(eu-1)`; null where it is no method of a block. */
export function testMethod(
  of: Typed,
  node: CallNode,
  member: MemberNode,
  context: Context,
  session: Session,
): Typed | null {
  const subject = subjectOf(of, context);
  const { text: name } = member.name;
  const schema =
    subject !== null && Object.hasOwn(subject.asks, name) ? subject.asks[name] : undefined;
  if (subject === null || schema === undefined) return null;
  const [arg, ...more] = node.args;
  const value = arg?.name === null && arg.value.kind !== 'lambda' ? arg.value : null;
  if (schema.takes === undefined || value === null || more.length > 0) {
    const expected =
      schema.takes === undefined ? `\`.${name}\`` : `\`.${name}(…)\` of one argument`;
    const params = { expected, found: `${node.args.length} arguments` };
    return complain(session, context, problem('OCM2004', node.span, params));
  }
  // What is asked of nothing is missing, and an `expect` of it fails.
  const typed = session.elaborate(value, optional(schemaType(schema.takes)), context);
  if (isBroken(typed)) return broken;
  if (name === 'group' && !hasGroup(subject, typed)) {
    const params = { sort: 'group', name: String(typed.known ? typed.value : '') };
    return complain(session, context, problem('OCM2001', value.span, params));
  }
  const at = required(typed.type).is === 'cluster' ? nameIr(irOf(typed)) : irOf(typed);
  const all: IrExpr = { op: 'member', of: subjectIr(subject, context), name };
  return residual(schemaType(schema.type), { op: 'index', of: all, at }, [typed]);
}

function hasGroup({ reference }: Subject, typed: Typed): boolean {
  if (!typed.known || typeof typed.value !== 'string') return true;
  return mayHaveGroup(reference.to as BlockSymbol, typed.value);
}

/** A member of a cluster of a test, which is a record: an attribute, or what every cluster has. */
function clusterPart(of: Typed, node: MemberNode, context: Context, session: Session): Typed {
  const { text: name, span } = node.name;
  const ir: IrExpr = { op: 'member', of: irOf(of), name };
  const whole = (type: Type): Typed => {
    const path = type.is === 'optional' ? pathOf(node) : null;
    const sure = path !== null && isPresent(context, path);
    const plain = of.type.is === 'optional' ? optional(type) : type;
    return residual(sure ? required(plain) : plain, ir, [of]);
  };
  if (Object.hasOwn(clusterMembers, name)) {
    return whole(schemaType(clusterMembers[name as ClusterMember].type));
  }
  const attribute = session.attributeOf(name);
  if (attribute !== null) {
    refer(session, context, span, attribute);
    return whole(attribute.presence === 'optional' ? optional(attribute.type) : attribute.type);
  }
  const names = [...session.attributeNames(), ...Object.keys(clusterMembers)];
  const params = { word: name, where: 'a cluster' };
  return complain(
    session,
    context,
    problem('OCM2002', span, params, didYouMean(name, span, names)),
  );
}

/** A placement as the collection of clusters it is in a test (Rule 56); everything else as it is. */
export function clustersOf(of: Typed, context: Context): Typed {
  const subject = subjectOf(of, context);
  if (subject === null || subject.sort !== 'Placement') return of;
  return residual(clusters, {
    op: 'member',
    of: subjectIr(subject, context),
    name: 'clusters',
  });
}

interface Pair {
  readonly left: Typed;
  readonly right: Typed;
}

/** Both sides of `==` as names where they are clusters or collections of them; null where they are not. */
export function clustersCompared(left: Typed, right: Typed, context: Context): Pair | null {
  if (context.test === undefined) return null;
  const types = [required(left.type), required(right.type)] as const;
  if (types.every(({ is }) => is === 'cluster')) {
    return { left: nameOf(left), right: nameOf(right) };
  }
  if (!types.some(isCollection)) return null;
  const isOrdered = types.every(({ is }) => is === 'list');
  const names = (of: Typed): Typed => {
    const list = namesOf(clustersOf(of, context));
    return isOrdered ? list : residual(list.type, sortedIr(irOf(list)), [list]);
  };
  return { left: names(left), right: names(right) };
}

/** Both sides of `in` as names where a cluster is looked for in a collection; null where it is not. */
export function clusterWithin(left: Typed, right: Typed, context: Context): Pair | null {
  if (context.test === undefined || required(left.type).is !== 'cluster') return null;
  if (!isClusters(required(right.type))) return null;
  const collection = clustersOf(right, context);
  const read = placementRead(irOf(collection), context);
  if (read !== undefined) {
    const { name, namespace } = read;
    context.test.about.push({ placement: { namespace, name }, cluster: irOf(left) });
  }
  return { left: nameOf(left), right: namesOf(collection) };
}

/** The placement of which an expression is a part. */
function placementRead(ir: IrExpr, { test }: Context): TestRead | undefined {
  if (ir.op === 'member' || ir.op === 'index') return placementRead(ir.of, { test } as Context);
  const read = ir.op === 'variable' ? test?.reads.get(ir.name) : undefined;
  return read?.of === 'placement' ? read : undefined;
}

// The empty list is a collection of anything: it is one of clusters by what it is compared with.
function isCollection(type: Type): boolean {
  if (type.is === 'list') return type.of.is === 'cluster';
  return isClusters(type);
}

function nameOf(of: Typed): Typed {
  const type = of.type.is === 'optional' ? optional(text) : text;
  return residual(type, nameIr(irOf(of)), [of]);
}

function namesOf(of: Typed): Typed {
  const lambda: IrExpr = {
    op: 'lambda',
    variable: 'c',
    body: nameIr({ op: 'variable', name: 'c' }),
  };
  const type = of.type.is === 'optional' ? optional(listOf(text)) : listOf(text);
  return residual(type, { op: 'call', function: 'map', args: [irOf(of), lambda] }, [of]);
}

function nameIr(of: IrExpr): IrExpr {
  return { op: 'member', of, name: 'name' };
}

function sortedIr(of: IrExpr): IrExpr {
  const unique: IrExpr = { op: 'call', function: 'unique', args: [of] };
  return { op: 'call', function: 'sort', args: [unique] };
}
