import type { CelType } from './types.ts';
import { dyn, formatType, listOf, mapOfTypes, paramsOf } from './types.ts';

/** What type parameters stand for, by their name. */
export type Substitution = ReadonlyMap<string, CelType>;

/**
 * Can a value of type `a` stand where `b` is wanted? The answer is the substitution this needs, or null.
 * Dynamic and wrong types fit everything, so that one error does not bring others along (cel-go `checker/types.go`).
 */
export function assign(known: Substitution, a: CelType, b: CelType): Substitution | null {
  const found = new Map(known);
  return fits(found, a, b) ? found : null;
}

/** The same for the arguments of a call. */
export function assignAll(
  known: Substitution,
  a: readonly CelType[],
  b: readonly CelType[],
): Substitution | null {
  const found = new Map(known);
  return allFit(found, a, b) ? found : null;
}

/** The type with its parameters replaced; those that stand for nothing stay, or become dyn. */
export function substitute(known: Substitution, type: CelType, unboundToDyn: boolean): CelType {
  if (type.kind === 'param') {
    const bound = known.get(type.name);
    if (bound !== undefined) return substitute(known, bound, unboundToDyn);
    return unboundToDyn ? dyn : type;
  }
  const params = paramsOf(type).map((param) => substitute(known, param, unboundToDyn));
  const [first = dyn, second = dyn] = params;
  switch (type.kind) {
    case 'list':
      return listOf(first);
    case 'map':
      return mapOfTypes(first, second);
    case 'type':
      return { kind: 'type', params };
    case 'opaque':
      return { kind: 'opaque', name: type.name, params };
    default:
      return type;
  }
}

/** The more general of two types that fit each other. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isAsGeneral(a, b) ? a : b;
}

export function sameType(a: CelType, b: CelType): boolean {
  return formatType(a) === formatType(b) && a.kind === b.kind;
}

export function isDyn(type: CelType): boolean {
  return type.kind === 'dyn';
}

export function isDynOrError(type: CelType): boolean {
  return type.kind === 'dyn' || type.kind === 'error';
}

function fits(found: Map<string, CelType>, a: CelType, b: CelType): boolean {
  if (b.kind === 'param') {
    const { valid, bound } = bind(found, a, b);
    if (valid) return true;
    if (bound) return false;
  }
  if (a.kind === 'param') return bind(found, b, a).valid;
  if (isDynOrError(a) || isDynOrError(b)) return true;
  if (a.kind === 'null') return isNullable(b);
  if (b.kind === 'null') return isNullable(a);
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.kind === 'opaque' && b.kind === 'opaque' && a.name !== b.name) return false;
  if (a.kind === 'object' && b.kind === 'object') return a.name === b.name;
  return allFit(found, paramsOf(a), paramsOf(b));
}

function allFit(
  found: Map<string, CelType>,
  a: readonly CelType[],
  b: readonly CelType[],
): boolean {
  return a.length === b.length && a.every((type, at) => fits(found, type, b[at] ?? dyn));
}

function isNullable({ kind }: CelType): boolean {
  return (
    kind === 'null' ||
    kind === 'opaque' ||
    kind === 'object' ||
    kind === 'timestamp' ||
    kind === 'duration'
  );
}

// Makes a parameter stand for a type, unless it stands for another already or occurs in it.
function bind(
  found: Map<string, CelType>,
  type: CelType,
  param: CelType & { readonly kind: 'param' },
): { valid: boolean; bound: boolean } {
  if (sameType(type, param)) return { valid: true, bound: true };
  const before = found.get(param.name);
  if (before !== undefined) {
    if (sameType(type, before)) return { valid: true, bound: true };
    if (!fits(found, type, before)) return { valid: false, bound: true };
    const general = mostGeneral(type, before);
    if (!occurs(found, param, general)) found.set(param.name, general);
    return { valid: true, bound: true };
  }
  if (occurs(found, param, type)) return { valid: false, bound: false };
  found.set(param.name, type);
  return { valid: true, bound: false };
}

function occurs(known: Substitution, param: CelType, within: CelType): boolean {
  if (sameType(param, within)) return true;
  if (within.kind === 'param') {
    const bound = known.get(within.name);
    return bound !== undefined && occurs(known, param, bound);
  }
  return paramsOf(within).some((part) => occurs(known, param, part));
}

function isAsGeneral(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'param') return true;
  if (isDyn(b) || b.kind === 'param') return false;
  if (a.kind !== b.kind) return false;
  if (a.kind === 'type') return true;
  if (a.kind === 'opaque' && b.kind === 'opaque' && a.name !== b.name) return false;
  const others = paramsOf(b);
  const params = paramsOf(a);
  return (
    params.length === others.length &&
    params.every((param, at) => isAsGeneral(param, others[at] ?? dyn))
  );
}
