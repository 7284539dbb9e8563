import { jsonEqual } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import { placementBindingKind } from '../../kube/ocm/policy.ts';
import { bindingOf, bindingSubject, usualBindingName } from '../lower/policy-binding.ts';
import type { IrBindingName, IrDecl, IrPolicy, IrPolicySet } from '../program.ts';
import { listAt, objectAt, textAt } from './read.ts';

type Bindable = IrPolicy | IrPolicySet;

/** What the bindings of one policy or set say. */
interface Folded {
  readonly on: string[];
  readonly enforceOn: string[];
  readonly names: IrBindingName[];
}

/**
 * Policies and sets with the placements that bindings put them on; such a binding is no declaration any more. A binding
 * that `lower` would not write again as it is, or that names what is not in the list, stays.
 */
export function foldBindings(
  decls: readonly IrDecl[],
  objects: readonly KubeObject[],
): readonly IrDecl[] {
  const declared = new Map(decls.map((decl) => [keyOf(decl.kind, decl), decl]));
  const places = new Map(decls.map((decl, at) => [decl, at]));
  const names = countNames(objects);
  const folded = new Map<IrDecl, Folded>();
  const gone = new Set<IrDecl>();
  for (const [at, object] of objects.entries()) {
    const decl = decls[at];
    if (decl === undefined || object.kind !== placementBindingKind.kind) continue;
    const isOnly = names.get(nameKey(object)) === 1;
    if (isOnly && foldBinding(object, { declared, places, folded })) gone.add(decl);
  }
  return decls.filter((decl) => !gone.has(decl)).map((decl) => withFolded(decl, folded.get(decl)));
}

interface Folding {
  readonly declared: ReadonlyMap<string, IrDecl>;
  readonly places: ReadonlyMap<IrDecl, number>;
  readonly folded: Map<IrDecl, Folded>;
}

function foldBinding(object: KubeObject, { declared, places, folded }: Folding): boolean {
  const { placementRef, subjects, subFilter } = object as unknown as Record<string, unknown>;
  const namespace = object.metadata.namespace ?? '';
  const placement = textAt(objectAt(placementRef)['name']) ?? '';
  const enforce = subFilter === 'restricted';
  const bound = listAt(subjects).map((subject) => {
    const { kind, name } = objectAt(subject);
    const sort = kind === 'Policy' ? 'policy' : 'policyset';
    return declared.get(keyOf(sort, { namespace, name: textAt(name) ?? '' }));
  });
  const isPlaced = declared.has(keyOf('placement', { namespace, name: placement }));
  const [first] = bound;
  if (!isPlaced || first === undefined || !isBindable(first) || !bound.every(isBindable)) {
    return false;
  }
  const order = bound.map((decl) => places.get(decl) ?? -1);
  if (order.some((at, index) => index > 0 && at <= (order[index - 1] ?? at))) return false;
  const { name } = object.metadata;
  const to = { placement, enforce, name };
  const expected = {
    ...bindingOf(first, subjectOf(first), to),
    subjects: bound.map((decl) => bindingSubject(subjectOf(decl), decl.name)),
  };
  if (!jsonEqual(object, expected) || bound.some((decl) => !mayTake(decl, to, folded)))
    return false;
  for (const decl of bound) take(decl, to, folded);
  return true;
}

interface To {
  readonly placement: string;
  readonly enforce: boolean;
  readonly name: string;
}

// Once for each placement; where the policy enforces anyway the language takes no `enforce` (OCM2026).
function mayTake(
  decl: Bindable,
  { placement, enforce }: To,
  folded: ReadonlyMap<IrDecl, Folded>,
): boolean {
  if (enforce && (decl.kind === 'policyset' || decl.remediation === 'enforce')) return false;
  const known = folded.get(decl);
  return !(enforce ? known?.enforceOn : known?.on)?.includes(placement);
}

function take(decl: Bindable, { placement, enforce, name }: To, folded: Map<IrDecl, Folded>): void {
  const known = folded.get(decl) ?? { on: [], enforceOn: [], names: [] };
  folded.set(decl, known);
  (enforce ? known.enforceOn : known.on).push(placement);
  const usual = usualBindingName(decl.name, subjectOf(decl), { placement, enforce });
  if (name !== usual) known.names.push({ placement, enforce, name });
}

function withFolded(decl: IrDecl, folded: Folded | undefined): IrDecl {
  if (folded === undefined || !isBindable(decl)) return decl;
  const { on, enforceOn, names } = folded;
  const named = names.length > 0 ? { bindingNames: names } : {};
  return decl.kind === 'policy' ? { ...decl, on, enforceOn, ...named } : { ...decl, on, ...named };
}

function isBindable(decl: IrDecl | undefined): decl is Bindable {
  return decl?.kind === 'policy' || decl?.kind === 'policyset';
}

function subjectOf({ kind }: Bindable): 'Policy' | 'PolicySet' {
  return kind === 'policy' ? 'Policy' : 'PolicySet';
}

function keyOf(
  kind: IrDecl['kind'],
  { namespace, name }: Pick<IrDecl, 'namespace' | 'name'>,
): string {
  return JSON.stringify([kind, namespace, name]);
}

function countNames(objects: readonly KubeObject[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const object of objects) {
    if (object.kind !== placementBindingKind.kind) continue;
    const key = nameKey(object);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

function nameKey({ metadata }: KubeObject): string {
  return JSON.stringify([metadata.namespace ?? '', metadata.name]);
}
