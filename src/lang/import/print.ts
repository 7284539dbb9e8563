import { isJsonObject } from '../../base/json.ts';
import { lowerDecl } from '../../ir/lower/lower.ts';
import type { IrBinding, IrDecl, IrPolicy, IrPolicySet } from '../../ir/program.ts';
import { type KubeObject, refKey, refOf } from '../../kube/object.ts';
import { placementBindingKind } from '../../kube/ocm/policy.ts';
import { printBindings, printClusterSet } from './clusterset.ts';
import type { PrintContext, Rung } from './context.ts';
import { kindKey, startKindNames } from './kinds.ts';
import { layOut } from './layout.ts';
import { printPlacement } from './placement.ts';
import { printPolicy } from './policy.ts';
import { printPolicySet } from './policyset.ts';
import { printResource } from './resource.ts';
import { nameText } from './text.ts';
import { type Entry, entry } from './tree.ts';

const ladders: Readonly<Record<string, readonly Rung[]>> = {
  policy: [
    'construct',
    'untyped',
    'strings',
    'templates',
    'resource',
    'untyped resource',
    'refused',
  ],
  resource: ['resource', 'untyped resource', 'refused'],
};
const otherLadder: readonly Rung[] = [
  'construct',
  'untyped',
  'resource',
  'untyped resource',
  'refused',
];

/** A declaration on its way down the ladder. */
export interface Item {
  readonly decl: IrDecl;
  /** Keys of the objects it stands for. */
  readonly keys: readonly string[];
  readonly ladder: readonly Rung[];
  step: number;
}

/** An object to come out again, and where it was read. */
export interface Wanted {
  readonly object: KubeObject;
  readonly index: number;
}

/** A module as printed: its declarations with the items they are of. */
export interface PrintedModule {
  readonly entries: readonly Entry[];
  /** The item of each entry; null for `namespace` and `kind`. */
  readonly owners: readonly (Item | null)[];
}

/** The declarations as items, each on its first step; `namespace` is that of the file. */
export function itemsOf(decls: readonly IrDecl[], namespace: string): readonly Item[] {
  return decls.map((decl) => {
    const keys = lowerDecl(decl).objects.map((object) => refKey(refOf(object)));
    const isHere = decl.namespace === namespace || !isNamespaced(decl);
    const ladder = (isHere ? ladders[decl.kind] : ladders['resource']) ?? otherLadder;
    return { decl, keys, ladder, step: 0 };
  });
}

/** Whether a construct can only be in the namespace of its file. */
function isNamespaced({ kind }: IrDecl): boolean {
  return kind !== 'clusterset' && kind !== 'binding' && kind !== 'resource' && kind !== 'addon';
}

/** The namespace most constructs are in: that of the file. */
export function namespaceOf(decls: readonly IrDecl[]): string {
  const counts = new Map<string, number>();
  for (const decl of decls) {
    if (isNamespaced(decl)) counts.set(decl.namespace, (counts.get(decl.namespace) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

/** The rung an item stands on. */
export function rungOf({ ladder, step }: Item): Rung {
  return ladder[Math.min(step, ladder.length - 1)] ?? 'refused';
}

/** Takes an item one step down; an item at the end of its ladder stays. */
export function stepDown(item: Item): void {
  item.step = Math.min(item.step + 1, item.ladder.length - 1);
}

/** Prints items as they stand; one that has no form on its rung goes further down. */
export function printModule(
  items: readonly Item[],
  wanted: ReadonlyMap<string, Wanted>,
  namespace: string,
): PrintedModule {
  for (;;) {
    const printed = printAll(items, wanted, namespace);
    if (printed !== null) return printed;
  }
}

function printAll(
  items: readonly Item[],
  wanted: ReadonlyMap<string, Wanted>,
  namespace: string,
): PrintedModule | null {
  const context = contextOf(items, wanted, namespace);
  const entries: Entry[] = [];
  const owners: Item[] = [];
  const done = new Set<string>();
  let isWhole = true;
  for (const item of items) {
    const printed = printItem(item, { items, context, wanted, done });
    if (printed === null) {
      stepDown(item);
      isWhole = false;
    } else {
      entries.push(...printed);
      owners.push(...printed.map(() => item));
    }
  }
  if (!isWhole) return null;
  const head = [
    ...(namespace === '' ? [] : [entry('namespace', nameText(namespace))]),
    ...context.kinds.declarations(),
  ];
  return { entries: [...head, ...entries], owners: [...head.map(() => null), ...owners] };
}

function contextOf(
  items: readonly Item[],
  wanted: ReadonlyMap<string, Wanted>,
  namespace: string,
): PrintContext {
  const declared = new Set(
    items
      .filter((item) => isConstruct(rungOf(item)))
      .map(({ decl }) => JSON.stringify([decl.kind, decl.name])),
  );
  const untyped = new Set<string>();
  for (const item of items) {
    const rung = rungOf(item);
    if (rung === 'construct' || rung === 'resource') continue;
    for (const key of item.keys) collectKinds(wanted.get(key)?.object, untyped);
  }
  const templates = new Set<string>();
  return {
    namespace,
    kinds: startKindNames(untyped),
    isTwice: (template) => {
      const isKnown = templates.has(template);
      templates.add(template);
      return isKnown;
    },
    declares: (construct, name) => declared.has(JSON.stringify([construct, name])),
    sourceOf: (key) => {
      const found = wanted.get(key);
      return found === undefined ? null : { object: found.index, path: [] };
    },
  };
}

function isConstruct(rung: Rung): boolean {
  return rung !== 'resource' && rung !== 'untyped resource' && rung !== 'refused';
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
      return printPlaced(decl, rung, printing);
    default:
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

/** A policy or set; a binding to a placement that is not declared stands for itself. */
function printPlaced(
  decl: IrPolicy | IrPolicySet,
  rung: Rung,
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
    placed.kind === 'policy' ? printPolicy(placed, context, rung) : printPolicySet(placed, context);
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

/** The text of a module, and where each entry stands in it. */
export function textOf({ entries }: PrintedModule): {
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
