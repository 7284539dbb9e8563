import type { IrExpr } from '../../ir/expr.ts';
import { findBlock } from '../bind/lookup.ts';
import { isVisible, type Module } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import { callBuiltin } from '../fold/functions.ts';
import { isFields, isList, type Value } from '../fold/value.ts';
import type { Expr, IndexNode, MemberNode } from '../syntax/ast.ts';
import { clusterEntry, clusterMapOf, clusterMember } from './cluster.ts';
import { type Context, findLocal, isPresent } from './context.ts';
import { lookupMember } from './lookups.ts';
import { moduleNamed } from './modules.ts';
import { blockValue, knownKind, sortsOf, symbolValue } from './names.ts';
import { objectNamed } from './object-refs.ts';
import { pathOf } from './paths.ts';
import { bounded, complain, refer, type Session } from './session.ts';
import { hiddenBlocks, qualifiedName } from './test-names.ts';
import { testMember } from './test-values.ts';
import {
  choices,
  fieldOf,
  int,
  isScalar,
  json,
  kindType,
  optional,
  required,
  type Type,
  text,
  typeText,
} from './type.ts';
import { broken, irOf, isBroken, known, residual, type Typed } from './typed.ts';
import { guess, quotedList } from './words.ts';

/** The module an expression names by its alias; `lost` where it could not be imported, null where it is no alias. */
export function moduleOf(expr: Expr, context: Context, session: Session): Module | 'lost' | null {
  if (expr.kind !== 'name' || findLocal(context, expr.name.text) !== null) return null;
  return moduleNamed(expr.name, context, session);
}

/** `of.name`. */
export function elaborateMember(
  node: MemberNode,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const module = moduleOf(node.of, context, session);
  if (module === 'lost') return broken;
  if (module !== null) return memberOfModule(node, module, expected, context, session);
  const object = objectNamed(node, expected, context, session);
  if (object !== null) return object;
  const named = qualifiedName(node, context, session);
  if (named !== null) return named;
  const map = clusterMapOf(node.of, context, session);
  if (map !== null) return clusterEntry(map, node, context, session);
  const of = session.elaborate(node.of, null, context);
  if (isBroken(of) || node.name.text === '') return broken;
  const lookup = lookupMember(of, node, context, session);
  if (lookup !== null) return lookup;
  const asked = testMember(of, node, context, session);
  if (asked !== null) return asked;
  if (of.type.is === 'cluster') return clusterMember(node, context, session);
  const found = memberType(required(of.type), node.name.text);
  if (found === null) return unknownMember(node, of.type, context, session);
  const type = of.type.is === 'optional' ? optional(found) : found;
  return present(node, access(of, node.name.text, type), context, session);
}

/** The type of a member, or null where there is none of that name. */
function memberType(type: Type, name: string): Type | null {
  if (type.is === 'record') return fieldOf(type, name);
  if (isScalar(type, 'version') && /^(major|minor|patch)$/.test(name)) return int;
  return isScalar(type, 'json') ? optional(json) : null;
}

function access(of: Typed, name: string, type: Type): Typed {
  if (!of.known) {
    const isPart = isScalar(required(of.type), 'version');
    const ir: IrExpr = isPart
      ? { op: 'call', function: name, args: [of.ir] }
      : { op: 'member', of: of.ir, name };
    return residual(type, ir, [of]);
  }
  const { value } = of;
  if (value === undefined || value === null || typeof value !== 'object')
    return known(type, undefined);
  if (isFields(value)) return known(type, value.get(name));
  return known(type, callBuiltin(name, [value]));
}

/** A path that `has` vouches for is not optional here. */
function present(
  node: MemberNode | IndexNode,
  typed: Typed,
  context: Context,
  session: Session,
): Typed {
  const path = typed.type.is === 'optional' ? pathOf(node) : null;
  const sure = path !== null && isPresent(context, path);
  const result = sure ? { ...typed, type: required(typed.type) } : typed;
  return bounded(session, context, node.span, result);
}

function unknownMember(node: MemberNode, type: Type, context: Context, session: Session): Typed {
  const { text: word, span } = node.name;
  const names = () =>
    choices(type).flatMap((each) => (each.is === 'record' ? [...each.fields.keys()] : []));
  const near = guess(word, span, names, session);
  const hidden = node.of.kind === 'name' ? hiddenBlocks(node.of.name.text, context) : [];
  const fixes = hidden.map((text) => ({
    title: `write \`${text}\``,
    edits: [{ span: node.of.span, text }],
  }));
  const advice =
    hidden.length === 0 ? near : { help: [`write ${quotedList(hidden, 'or')}`], fixes };
  return complain(
    session,
    context,
    problem('OCM2002', span, { word, where: typeText(type) }, advice),
  );
}

function memberOfModule(
  node: MemberNode,
  module: Module,
  expected: Type | null,
  context: Context,
  session: Session,
): Typed {
  const { text: name, span } = node.name;
  if (name === '') return broken;
  const value = module.values.get(name);
  if (value !== undefined && isVisible(value, context.file)) {
    if (value.symbol === 'kind' && expected !== null && choices(expected).includes(kindType)) {
      refer(session, context, span, value);
      const kind = session.kindOf(value);
      return kind === null ? broken : knownKind(kind);
    }
    return symbolValue(value, span, context, session);
  }
  for (const sort of sortsOf(expected)) {
    const block = findBlock(name, sort, context.namespace, module, context.file);
    if (block !== null) return blockValue(block, { name, span, sort }, context, session);
  }
  const [sort] = sortsOf(expected);
  const names = () => {
    const blocks = [...module.blocks.values()].flatMap((table) => [...table.values()]);
    const all = [...module.values.keys(), ...blocks.map((block) => block.name)];
    return all.filter((each) => !each.startsWith('_'));
  };
  const near = guess(name, span, names, session);
  const what = sort === undefined ? 'name' : typeText({ is: 'ref', sort }).replace(/^an? /, '');
  const alias = node.of.kind === 'name' ? node.of.name.text : '';
  const params = { sort: what, name: `${alias}.${name}` };
  return complain(session, context, problem('OCM2001', span, params, near));
}

/** `of[at]`. */
export function elaborateIndex(node: IndexNode, context: Context, session: Session): Typed {
  const map = clusterMapOf(node.of, context, session);
  if (map !== null) return clusterEntry(map, node, context, session);
  const of = session.elaborate(node.of, null, context);
  if (isBroken(of)) return broken;
  const plain = required(of.type);
  const entry = entryType(plain, node.at);
  if (entry === null) {
    const params = { operation: '[…]', type: typeText(of.type) };
    return complain(session, context, problem('OCM2005', node.span, params));
  }
  const at = session.elaborate(node.at, entry.key, context);
  if (isBroken(at)) return broken;
  return present(node, pick(of, at, entry.type), context, session);
}

function entryType(type: Type, at: Expr): { readonly key: Type; readonly type: Type } | null {
  if (type.is === 'list') return { key: int, type: optional(type.of) };
  if (type.is === 'record') {
    const name = at.kind === 'string' && at.parts.length === 1 ? at.parts[0] : undefined;
    const field = typeof name === 'string' ? fieldOf(type, name) : null;
    return { key: text, type: field ?? optional(type.rest ?? json) };
  }
  if (!isScalar(type, 'json')) return null;
  const isNumber = at.kind === 'literal' && at.type === 'number';
  return { key: isNumber ? int : text, type: optional(json) };
}

function pick(of: Typed, at: Typed, type: Type): Typed {
  if (of.known && at.known) return known(type, pickKnown(of.value, at.value));
  return residual(type, { op: 'index', of: irOf(of), at: irOf(at) }, [of, at]);
}

function pickKnown(of: Value | undefined, at: Value | undefined): Value | undefined {
  if (of === undefined || at === undefined || typeof of !== 'object' || of === null)
    return undefined;
  if (isList(of)) return typeof at === 'bigint' && at >= 0n ? of[Number(at)] : undefined;
  return isFields(of) && typeof at === 'string' ? of.get(at) : undefined;
}
