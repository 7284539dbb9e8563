import { isJsonObject } from '../../base/json.ts';
import { lowerDecl } from '../../ir/lower/lower.ts';
import type { IrBinding, IrPolicy, IrPolicySet } from '../../ir/program.ts';
import { type KubeObject, refKey, refOf } from '../../kube/object.ts';
import { placementBindingKind } from '../../kube/ocm/policy.ts';
import { raiseTemplate } from '../raise/template.ts';
import { printAddOn } from './addon.ts';
import { printApp } from './app.ts';
import { printBindings, printClusterSet } from './clusterset.ts';
import type { PrintContext } from './context.ts';
import { type Item, isConstruct, rungOf, stepDown, type Unit } from './items.ts';
import { type KindNames, kindKey, startKindNames } from './kinds.ts';
import { layOut } from './layout.ts';
import { printPlacement } from './placement.ts';
import { printPolicy } from './policy.ts';
import { printPolicySet } from './policyset.ts';
import { printResource } from './resource.ts';
import { nameText } from './text.ts';
import { type Entry, entry } from './tree.ts';
import type { ValueStyle } from './value.ts';

/** An object to come out again, and where it was read. */
export interface Wanted {
  readonly object: KubeObject;
  readonly index: number;
}

/** A file as printed. */
export interface PrintedUnit {
  readonly unit: Unit;
  readonly entries: readonly Entry[];
  /** The item of each entry; null for `namespace` and `kind`. */
  readonly owners: readonly (Item | null)[];
}

/** Prints items as they stand; one that has no form on its rung goes further down. */
export function printUnits(
  items: readonly Item[],
  wanted: ReadonlyMap<string, Wanted>,
): readonly PrintedUnit[] {
  for (;;) {
    const printed = printAll(items, wanted);
    if (printed !== null) return printed;
  }
}

function printAll(
  items: readonly Item[],
  wanted: ReadonlyMap<string, Wanted>,
): readonly PrintedUnit[] | null {
  const shared = sharedBy(items, wanted);
  const done = new Set<string>();
  const units = new Map<Unit, { entries: Entry[]; owners: (Item | null)[] }>();
  let isWhole = true;
  for (const item of items) {
    const context = contextOf(item.unit, wanted, shared);
    const printed = printItem(item, { items, context, wanted, done });
    if (printed === null) {
      stepDown(item);
      isWhole = false;
      continue;
    }
    const unit = units.get(item.unit) ?? { entries: [], owners: [] };
    units.set(item.unit, unit);
    unit.entries.push(...printed);
    unit.owners.push(...printed.map(() => item));
  }
  if (!isWhole) return null;
  return [...units].map(([unit, { entries, owners }], index) => {
    const head = [
      ...(unit.namespace === '' ? [] : [entry('namespace', nameText(unit.namespace))]),
      // What a kind is, is known to the whole module: the first file says it.
      ...(index === 0 ? shared.kinds.declarations() : []),
    ];
    return {
      unit,
      entries: [...head, ...entries],
      owners: [...head.map(() => null), ...owners],
    };
  });
}

/** What the files of a module share. */
interface Shared {
  readonly kinds: KindNames;
  readonly isTwice: (template: string) => boolean;
  /** Constructs, by sort, namespace and name. */
  readonly declared: ReadonlySet<string>;
}

function sharedBy(items: readonly Item[], wanted: ReadonlyMap<string, Wanted>): Shared {
  const untyped = new Set<string>();
  for (const item of items) {
    const rung = rungOf(item);
    if (
      rung !== 'untyped' &&
      rung !== 'strings' &&
      rung !== 'templates' &&
      rung !== 'untyped resource'
    )
      continue;
    for (const key of item.keys) collectKinds(wanted.get(key)?.object, untyped);
  }
  const constructs = items.filter((item) => isConstruct(rungOf(item)));
  const templates = new Set<string>();
  return {
    kinds: startKindNames(untyped),
    declared: new Set(
      constructs.map(({ decl, unit }) => declaredKey(decl.kind, unit.namespace, decl.name)),
    ),
    isTwice: (template) => {
      const isKnown = templates.has(template);
      templates.add(template);
      return isKnown;
    },
  };
}

function contextOf(
  { namespace }: Unit,
  wanted: ReadonlyMap<string, Wanted>,
  { kinds, isTwice, declared }: Shared,
): PrintContext {
  return {
    namespace,
    kinds,
    isTwice,
    declares: (construct, name) => declared.has(declaredKey(construct, namespace, name)),
    sourceOf: (key) => {
      const found = wanted.get(key);
      return found === undefined ? null : { object: found.index, path: [] };
    },
  };
}

/** Sets have no namespace. */
function declaredKey(construct: string, namespace: string, name: string): string {
  return JSON.stringify([construct, construct === 'clusterset' ? '' : namespace, name]);
}

/** Every kind an object names, itself included. */
function collectKinds(value: unknown, kinds: Set<string>): void {
  const open: unknown[] = [value];
  for (let of = open.pop(); of !== undefined; of = open.pop()) {
    if (Array.isArray(of)) open.push(...of);
    else if (isJsonObject(of)) {
      const { apiVersion, kind } = of;
      if (typeof apiVersion === 'string' && typeof kind === 'string') {
        kinds.add(kindKey(apiVersion, kind));
      }
      open.push(...Object.values(of).filter((each) => each !== null && each !== undefined));
    }
  }
}

interface Printing {
  readonly items: readonly Item[];
  readonly context: PrintContext;
  readonly wanted: ReadonlyMap<string, Wanted>;
  /** Keys of objects and namespaces that are printed already. */
  readonly done: Set<string>;
}

function printItem(item: Item, printing: Printing): readonly Entry[] | null {
  const rung = rungOf(item);
  if (rung === 'refused') return [];
  if (!isConstruct(rung)) return printResources(item.keys, printing);
  const { decl } = item;
  const { context } = printing;
  switch (decl.kind) {
    case 'clusterset':
      return listed(printClusterSet(decl, context));
    case 'binding':
      return printBindingItem(item, decl, printing);
    case 'placement':
      return [printPlacement(decl, context)];
    case 'policy':
    case 'policyset':
      return printPlaced(decl, item, printing);
    case 'addon':
      return [printAddOn(decl, context)];
    case 'app':
      return listed(printApp(decl, context));
    case 'resource':
      return null;
  }
}

function listed(one: Entry | null): readonly Entry[] | null {
  return one && [one];
}

/** Bindings of one namespace to sets stand together, where the first of them stands. */
function printBindingItem(
  item: Item,
  decl: IrBinding,
  { items, context, done }: Printing,
): readonly Entry[] | null {
  if (printBindings(decl.namespace, [decl], context) === null) return null;
  const place = `namespace ${decl.namespace}`;
  if (done.has(place)) return [];
  done.add(place);
  const beside = items.flatMap((each) =>
    each.decl.kind === 'binding' &&
    each.decl.namespace === item.decl.namespace &&
    isConstruct(rungOf(each)) &&
    printBindings(each.decl.namespace, [each.decl], context) !== null
      ? [each.decl]
      : [],
  );
  return listed(printBindings(decl.namespace, beside, context));
}

/** Raises templates and remembers which; null where they stay. */
function raiserOf(item: Item): ValueStyle['raise'] | null {
  item.raised.clear();
  if (!item.raise) return null;
  return (text, source) => {
    const raised = raiseTemplate(text);
    if (raised === null || source === null) return null;
    item.raised.set(JSON.stringify(source.path), source.path);
    return raised;
  };
}

/** A policy or set; a binding to a placement that is not declared stands for itself. */
function printPlaced(
  decl: IrPolicy | IrPolicySet,
  item: Item,
  printing: Printing,
): readonly Entry[] | null {
  const { context } = printing;
  const isHere = (placement: string) => context.declares('placement', placement);
  const names = decl.bindingNames?.filter(({ placement }) => isHere(placement)) ?? [];
  const { bindingNames: _names, ...rest } = decl;
  const placed = {
    ...rest,
    on: decl.on.filter(isHere),
    ...(decl.kind === 'policy' ? { enforceOn: decl.enforceOn.filter(isHere) } : {}),
    ...(names.length === 0 ? {} : { bindingNames: names }),
  } as typeof decl;
  const own =
    placed.kind === 'policy'
      ? printPolicy(placed, context, { rung: rungOf(item), raise: raiserOf(item) })
      : printPolicySet(placed, context);
  if (own === null) return null;
  const kept = new Set(lowerDecl(placed).objects.map((object) => refKey(refOf(object))));
  const others = lowerDecl(decl)
    .objects.filter(({ kind }) => kind === placementBindingKind.kind)
    .map((object) => refKey(refOf(object)))
    .filter((key) => !kept.has(key));
  const bindings = printResources(others, printing);
  return bindings && [own, ...bindings];
}

function printResources(keys: readonly string[], printing: Printing): readonly Entry[] | null {
  const entries: Entry[] = [];
  for (const key of keys) {
    const found = printing.wanted.get(key);
    if (found === undefined || printing.done.has(key)) continue;
    printing.done.add(key);
    const made = printResource(found.object, printing.context);
    if (made === null) return null;
    entries.push(made);
  }
  return entries;
}

/** The text of a file, and where each entry stands in it. */
export function textOf({ entries }: Pick<PrintedUnit, 'entries'>): {
  readonly text: string;
  readonly starts: readonly number[];
} {
  const starts: number[] = [];
  let text = '';
  for (const [index, each] of entries.entries()) {
    const before = entries[index - 1];
    if (before !== undefined) text += isOneLine(before) && isOneLine(each) ? '\n' : '\n\n';
    starts.push(text.length);
    text += layOut([each]);
  }
  return { text: text === '' ? '' : `${text}\n`, starts };
}

function isOneLine({ lead, block, before }: Entry): boolean {
  return !block && before.length === 0 && /^(kind|namespace)\b/.test(lead);
}
