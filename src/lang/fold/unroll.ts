import { problem } from '../diagnostics.ts';
import type { Place, Reporter } from '../place.ts';
import type {
  BlockNode,
  BodyNode,
  DeclNode,
  ForHead,
  ForItemNode,
  ItemNode,
  NoteNode,
} from '../syntax/ast.ts';

/** A block of a file-level `for` in one of its iterations; `L` are the variables there. */
export interface Unrolled<L> {
  readonly block: BlockNode;
  readonly notes: readonly NoteNode[];
  /** Where a doc comment of the block may stand before: the block's own, else that of the loop. */
  readonly docBefore: readonly number[];
  readonly locals: L;
}

/** Evaluates the list and filter of a loop: the variables of each iteration, or null where it was reported. */
export type Iterate<L> = (head: ForHead, place: Place, locals: L) => readonly L[] | null;

/** Repeats the blocks of a file-level `for`, so that every name is static before names are bound (Rule 10). */
export function unroll<L>(
  loop: ForItemNode,
  place: Place,
  outer: L,
  port: { readonly iterate: Iterate<L> } & Reporter,
): readonly Unrolled<L>[] {
  checkBody(loop.body, place, port);
  return repeat(loop, { notes: [], docBefore: [] }, outer, (head, locals) =>
    port.iterate(head, place, locals),
  );
}

type Around = Pick<Unrolled<unknown>, 'notes' | 'docBefore'>;

function repeat<L>(
  loop: ForItemNode,
  around: Around,
  outer: L,
  iterate: (head: ForHead, locals: L) => readonly L[] | null,
): readonly Unrolled<L>[] {
  const inside: Around = {
    notes: [...around.notes, ...loop.notes],
    docBefore: [loop.span.start, ...around.docBefore],
  };
  return (iterate(loop.head, outer) ?? []).flatMap((locals) =>
    loop.body.items.flatMap((item): readonly Unrolled<L>[] => {
      if (item.kind === 'forItem') return repeat(item, inside, locals, iterate);
      if (item.kind !== 'block' || !hasOwnName(item)) return [];
      const notes = [...item.notes, ...inside.notes];
      return [{ block: item, notes, docBefore: [item.span.start, ...inside.docBefore], locals }];
    }),
  );
}

/** A plain name would be the same in every iteration. */
function hasOwnName({ labels }: BlockNode): boolean {
  return labels.some(
    (label) => label.kind === 'string' || (label.kind === 'path' && label.words.length > 1),
  );
}

function checkBody(body: BodyNode, place: Place, { report }: Reporter): void {
  for (const item of body.items) {
    if (item.kind === 'forItem') checkBody(item.body, place, { report });
    else if (item.kind === 'block') checkLabel(item, place, { report });
    else {
      const help = ['a `for` at file level holds blocks and further `for`s'];
      report(
        place,
        problem(
          'OCM2002',
          item.span,
          { word: wordOf(item), where: 'a `for` at file level' },
          { help },
        ),
      );
    }
  }
}

function checkLabel(block: BlockNode, place: Place, { report }: Reporter): void {
  const label = block.labels.at(-1);
  if (block.body.missing || label === undefined || hasOwnName(block)) return;
  const name = label.kind === 'path' ? label.words.map(({ text }) => text).join('.') : '';
  const help = [`a name that differs each time: \`"${name}-\${x}"\``];
  report(place, problem('OCM2014', label.span, { name }, { help }));
}

function wordOf(item: ItemNode | DeclNode): string {
  if (item.kind === 'property') {
    return item.key.kind === 'word' ? item.key.text : item.key.parts.join('');
  }
  if (item.kind === 'ifItem') return 'if';
  return item.kind === 'spread' ? '...' : 'expect';
}
