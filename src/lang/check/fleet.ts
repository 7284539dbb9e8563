import type { IrSource } from '../../ir/expr.ts';
import type { FleetSymbol } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import type { Value } from '../fold/value.ts';
import { clusterMembers, type FleetSource, fleetSources, textTypes } from '../schema/fleet.ts';
import type { AttributeNode } from '../syntax/ast.ts';
import { scoreSource } from './cluster.ts';
import type { Context } from './context.ts';
import { type Attribute, complain, type Session } from './session.ts';
import { isScalar, required, scalar, type Type, typeText } from './type.ts';
import { readType } from './type-node.ts';
import { isBroken } from './typed.ts';
import { didYouMean } from './words.ts';

/** The attributes of a fleet, by name (Rule 37). Reports what is wrong with them. */
export function readFleet(
  fleet: FleetSymbol,
  context: Context,
  session: Session,
): ReadonlyMap<string, Attribute> {
  const attributes = new Map<string, Attribute>();
  for (const node of fleet.node.attributes) {
    const { text: name, span } = node.name;
    if (name === '') continue;
    if (attributes.has(name)) {
      complain(session, context, problem('OCM2014', span, { name }));
    } else if (Object.hasOwn(clusterMembers, name)) {
      const what = 'a member of every cluster';
      complain(session, context, problem('OCM2007', span, { name, what }));
    } else {
      const attribute = readAttribute(node, context, session);
      if (attribute !== null) attributes.set(name, attribute);
    }
  }
  return attributes;
}

function readAttribute(node: AttributeNode, context: Context, session: Session): Attribute | null {
  const { name, optional, fallback } = node;
  if (optional && fallback !== null) {
    const help = ['without a value it may be missing (`?`), with a default it never is (`=`)'];
    complain(session, context, problem('OCM2025', name.span, { name: name.text }, { help }));
  }
  const written = readType(node.type, context, session);
  const source = sourceOf(node, context, session);
  if (source === null || written.is === 'unknown') return null;
  const type = required(written);
  if (!checkType(node, type, source, context, session)) return null;
  const value = fallback === null ? undefined : defaultOf(node, type, context, session);
  const mayMiss = optional || written.is === 'optional';
  return {
    name: name.text,
    type,
    source,
    presence: value !== undefined ? 'defaulted' : mayMiss ? 'optional' : 'required',
    fallback: value,
    place: context.place,
    span: name.span,
  };
}

function defaultOf(
  { fallback }: AttributeNode,
  type: Type,
  context: Context,
  session: Session,
): Value | undefined {
  if (fallback === null) return undefined;
  const typed = session.elaborate(fallback, type, context);
  return typed.known && !isBroken(typed) ? typed.value : undefined;
}

function sourceOf(node: AttributeNode, context: Context, session: Session): IrSource | null {
  if (node.from === null) return { from: 'label', key: node.name.text };
  const { source, key } = node.from;
  const [text, ...more] = key.parts;
  if (typeof text !== 'string' || more.length > 0) {
    complain(
      session,
      context,
      problem('OCM1005', key.span, { where: 'the source of an attribute' }),
    );
    return null;
  }
  if (!Object.hasOwn(fleetSources, source.text)) {
    const near = didYouMean(source.text, source.span, Object.keys(fleetSources));
    const help = near.help.length > 0 ? near.help : [Object.keys(fleetSources).join(', ')];
    const params = { word: source.text, where: 'the sources of an attribute' };
    complain(session, context, problem('OCM2002', source.span, params, { ...near, help }));
    return null;
  }
  const found = sources[source.text as FleetSource](text);
  if (found === null) {
    const params = { what: `\`${text}\``, range: forms[source.text as 'score' | 'field'] };
    complain(session, context, problem('OCM2013', key.span, params));
  }
  return found;
}

const sources: Readonly<Record<FleetSource, (key: string) => IrSource | null>> = {
  label: (key) => ({ from: 'label', key }),
  claim: (key) => ({ from: 'claim', key }),
  annotation: (key) => ({ from: 'annotation', key }),
  condition: (type) => ({ from: 'condition', type }),
  score: scoreSource,
  addon: (name) => ({ from: 'addon', name }),
  field: fieldSource,
};
const forms = {
  score: 'a score is written `resource/name`',
  field: 'a path is written `spec.taints.0.key`',
};

/** A path of names and numbers; null where it is none. */
function fieldSource(text: string): IrSource | null {
  const path = text.replace(/^\./, '').split('.');
  return path.every((part) => /^[\w/-]+$/.test(part)) ? { from: 'field', path } : null;
}

function checkType(
  node: AttributeNode,
  type: Type,
  { from }: IrSource,
  context: Context,
  session: Session,
): boolean {
  const want = wanted(from, type);
  if (want === null) return true;
  const params = { expected: want, found: typeText(type) };
  const help = [`what comes from \`${from}\` is ${want}`];
  complain(session, context, problem('OCM2004', node.type.span, params, { help }));
  return false;
}

/** The type a source has to have, in words; null where this one is right. */
function wanted(from: IrSource['from'], type: Type): string | null {
  switch (from) {
    case 'condition':
    case 'addon':
      return isScalar(type, 'condition') ? null : typeText(scalar('condition'));
    case 'score':
      return isScalar(type, 'score') ? null : typeText(scalar('score'));
    case 'field':
      return null;
    default:
      return type.is === 'enum' || isScalar(type, ...textTypes)
        ? null
        : 'a text: a scalar or an enum';
  }
}
