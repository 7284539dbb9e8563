import { declareBlock } from '../bind/declare.ts';
import {
  type BlockSymbol,
  blockKey,
  type Module,
  type ModuleFile,
  type PlacedDecl,
} from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import { unroll } from '../fold/unroll.ts';
import type { Place } from '../place.ts';
import { schemas } from '../schema/constructs.ts';
import type { Shaped } from '../shape/decl.ts';
import { shapeBlock, shapeNamespace } from '../shape/shape.ts';
import type { ForHead, ForItemNode } from '../syntax/ast.ts';
import { fileContext } from './checker.ts';
import type { Context, Local } from './context.ts';
import { blockOf } from './known.ts';
import { labelText } from './labels.ts';
import { elaborateLoop } from './loops.ts';
import { nameByNote } from './note.ts';
import { complain, type Held, type Session } from './session.ts';

/** A block of a file, or one turn of a file-level `for` over it. */
export interface Instance {
  readonly shaped: Shaped;
  readonly context: Context;
  readonly file: ModuleFile;
  /** The text of its name; null where it has none. */
  readonly name: string | null;
  /** What others refer to it by. */
  readonly symbol: BlockSymbol | null;
}

/**
 * Finds all blocks of all modules and enters their names: first those that stand in the text, then those that
 * file-level `for`s make (Rule 10).
 */
export function findInstances(session: Session): ReadonlyMap<Module, readonly Instance[]> {
  const slots = new Map<Module, (readonly Instance[])[]>();
  const loops: Loop[] = [];
  for (const module of session.program.modules) {
    const found: (readonly Instance[])[] = [];
    slots.set(module, found);
    for (const file of module.files) {
      const shape = (decl: PlacedDecl) => written(decl, file, session);
      for (const decl of file.decls) {
        const instances = session.keep('shape', decl, shape);
        const slot = found.push(declared(instances, session)) - 1;
        const { node } = decl;
        if (node.kind === 'forItem') loops.push({ decl, node, file, found, slot });
      }
    }
  }
  for (const { decl, node, file, found, slot } of loops) {
    const made = session.keep('unroll', decl, ({ place }) => unrolled(node, place, file, session));
    found[slot] = declared(made.instances, session);
    release(made.held, file.module, session);
  }
  return new Map([...slots].map(([module, found]) => [module, found.flat()]));
}

/** A file-level `for`, and where what it makes belongs. */
interface Loop {
  readonly decl: PlacedDecl;
  readonly node: ForItemNode;
  readonly file: ModuleFile;
  readonly found: (readonly Instance[])[];
  readonly slot: number;
}

function written(
  { node, place }: PlacedDecl,
  file: ModuleFile,
  session: Session,
): readonly Instance[] {
  const context = fileContext({ file, place }, 'a label');
  const shaped =
    node.kind === 'block'
      ? shapeBlock({ block: node, place, parent: 'file' }, session)
      : node.kind === 'namespace'
        ? shapeNamespace(node, place, session)
        : null;
  return shaped === null ? [] : [instanceOf(shaped, context, session)];
}

/** The blocks a file-level `for` makes, and what is said of its list before they have names. */
function unrolled(node: ForItemNode, place: Place, file: ModuleFile, session: Session) {
  const context = fileContext({ file, place }, 'the head of a `for` at file level', buildOnly);
  const instances: Instance[] = [];
  const held = session.hold(() => {
    const blocks = unroll<Local | null>(node, place, null, {
      report: session.report,
      iterate: (head, _, locals) => turnsOf(head, { ...context, locals }, session),
    });
    for (const { block, notes, docBefore, locals } of blocks) {
      const shaped = shapeBlock({ block, place, parent: 'file', notes, docBefore }, session);
      if (shaped === null) continue;
      instances.push(instanceOf(shaped, { ...context, where: 'a label', locals }, session));
    }
  });
  return { instances, held };
}

const buildOnly = 'the names it makes have to be known while compiling';

function turnsOf(
  head: ForHead,
  context: Context,
  session: Session,
): readonly (Local | null)[] | null {
  const loop = elaborateLoop(head, context, session);
  if (loop === null || !loop.known) return null;
  if (loop.turns.some((turn) => isMade(turn.context.locals))) {
    const what = 'the list of this `for`';
    complain(session, context, problem('OCM2009', head.over.span, { what }));
    return null;
  }
  return loop.turns.map((turn) => markIterating(turn.context.locals, context.locals));
}

/** Whether a variable is a block that a file-level `for` made (Rule 10). */
function isMade(local: Local | null): boolean {
  const value = local?.typed.known === true ? local.typed.value : undefined;
  const block = blockOf(value);
  return block !== undefined && block.variables !== null;
}

/** The variables a turn added say in messages which turn it was. */
function markIterating(local: Local | null, outer: Local | null): Local | null {
  if (local === null || local === outer) return local;
  return { ...local, iterates: true, outer: markIterating(local.outer, outer) };
}

// A name that was not found and is now made by a `for`: the list depends on what it makes.
function release(held: readonly Held[], { blocks }: Module, { report }: Session): void {
  if (held.length === 0) return;
  const names = new Set(
    [...blocks.values()].flatMap((table) => [...table.values()].map(({ name }) => name)),
  );
  for (const { place, found, iteration } of held) {
    const name = found.code === 'OCM2001' ? found.params['name'] : undefined;
    const isMade = name !== undefined && names.has(name);
    const what = 'the list of this `for`';
    report(place, isMade ? problem('OCM2009', found.span, { what }) : found, iteration);
  }
}

function instanceOf(shaped: Shaped, context: Context, session: Session): Instance {
  const { file } = context;
  const schema = schemas[shaped.construct];
  const at = schema.labels.findIndex(({ is }) => is === 'name');
  const label = shaped.labels[at] ?? null;
  const name = labelText(label, context, session);
  const isNamed = name !== null && schema.sort !== null && label !== null;
  const namespace = schema.namespaced ? file.namespace : '';
  const symbol: BlockSymbol | null = isNamed
    ? {
        symbol: 'block',
        construct: shaped.construct,
        name,
        objectName: nameByNote(shaped.notes) ?? name,
        namespace,
        key: blockKey(namespace, name),
        span: label.span,
        place: shaped.place,
        block: shaped,
        file,
        variables: context.locals,
      }
    : null;
  return { shaped, context, file, name, symbol };
}

/** Enters the names of blocks. */
function declared(instances: readonly Instance[], session: Session): readonly Instance[] {
  for (const { symbol } of instances) if (symbol !== null) declareBlock(symbol, session);
  return instances;
}
