import { lowerDecl } from '../../ir/lower/lower.ts';
import type { IrDecl } from '../../ir/program.ts';
import { refKey, refOf } from '../../kube/object.ts';
import type { YamlPath } from '../../kube/yaml/outline.ts';
import type { Rung } from './context.ts';

const ladders: Readonly<Record<string, readonly Rung[]>> = {
  policy: [
    'construct',
    'fences',
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

/** A file to be written. */
export interface Unit {
  readonly name: string;
  /** Namespace of what it declares. */
  readonly namespace: string;
}

/** A declaration on its way down the ladder. */
export interface Item {
  readonly decl: IrDecl;
  readonly unit: Unit;
  /** Keys of the objects it stands for. */
  readonly keys: readonly string[];
  readonly ladder: readonly Rung[];
  step: number;
  /** Whether templates are to become expressions. */
  raise: boolean;
  /** Paths of the templates that did, when it was printed last. */
  readonly raised: Map<string, YamlPath>;
}

/**
 * The declarations as items on their first step, all in one file: its namespace is that of most constructs, those of
 * other namespaces can only be a `resource` there.
 */
export function itemsInOne(decls: readonly IrDecl[], name: string): readonly Item[] {
  const unit: Unit = { name, namespace: namespaceOf(decls) };
  return decls.map((decl) => itemOf(decl, unit));
}

/** The declarations as items on their first step, in files by where they were read and by namespace. */
export function itemsInFiles(
  decls: readonly IrDecl[],
  fileOf: (decl: IrDecl) => number,
  names: readonly string[],
): readonly Item[] {
  const usual = names.map((_, file) => namespaceOf(decls.filter((decl) => fileOf(decl) === file)));
  const units = new Map<string, Unit>();
  return decls.map((decl) => {
    const file = fileOf(decl);
    const namespace = isNamespaced(decl) ? decl.namespace : (usual[file] ?? '');
    const stem = names[file] ?? 'main';
    const name = namespace === usual[file] ? stem : `${stem}-${namespace || 'none'}`;
    const unit = units.get(name) ?? { name: `${name}.ocm`, namespace };
    units.set(name, unit);
    return itemOf(decl, unit);
  });
}

function itemOf(decl: IrDecl, unit: Unit): Item {
  const keys = lowerDecl(decl).objects.map((object) => refKey(refOf(object)));
  const isHere = decl.namespace === unit.namespace || !isNamespaced(decl);
  const ladder = (isHere ? ladders[decl.kind] : ladders['resource']) ?? otherLadder;
  return { decl, unit, keys, ladder, step: 0, raise: false, raised: new Map() };
}

/** Whether a construct can only be in the namespace of its file. */
function isNamespaced({ kind }: IrDecl): boolean {
  return kind !== 'clusterset' && kind !== 'binding' && kind !== 'resource' && kind !== 'addon';
}

/** The namespace most constructs are in. */
function namespaceOf(decls: readonly IrDecl[]): string {
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

/** Takes an item one step down: where it is not the form of its templates, those stay what they are. One at the end of its ladder stays there. */
export function stepDown(item: Item): void {
  if (item.raise && item.step > 0) {
    item.raise = false;
    item.step = 0;
    return;
  }
  item.step = Math.min(item.step + 1, item.ladder.length - 1);
}

/** Whether what stands on a rung is a construct of the language. */
export function isConstruct(rung: Rung): boolean {
  return rung !== 'resource' && rung !== 'untyped resource' && rung !== 'refused';
}
