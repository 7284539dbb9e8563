import type { IrExpr } from '../../src/ir/expr.ts';
import {
  type IrDecl,
  type IrFile,
  type IrProgram,
  irVersion,
  type Origin,
} from '../../src/ir/program.ts';

/** A place in the first file. */
export function at(start: number, length = 10): Origin {
  return { file: 0, span: { start, end: start + length } };
}

/** A program of these declarations in one file. */
export function programOf(decls: readonly IrDecl[], file: Partial<IrFile> = {}): IrProgram {
  const files = [{ uri: 'main.ocm', sha256: '0'.repeat(64), lineStarts: [0], ...file }];
  return { irVersion, files, decls };
}

/**
 * What a source of so many bytes compiles to, roughly: blocks of 40 lines, one declaration each, every fact with its
 * place. `edit` inserts text into one declaration, so that all below it move.
 */
export function largeProgram(
  sourceBytes: number,
  edit: { readonly at: number; readonly inserted: number } | null = null,
): IrProgram {
  const blockBytes = 1600;
  const lineBytes = 40;
  const decls: IrDecl[] = [];
  const lineStarts: number[] = [];
  let start = 0;
  for (let block = 0; block * blockBytes < sourceBytes; block++) {
    const inserted = edit?.at === block ? edit.inserted : 0;
    for (let line = 0; line < blockBytes / lineBytes; line++) {
      lineStarts.push(start + line * lineBytes + (line > 3 ? inserted : 0));
    }
    decls.push(block % 3 === 0 ? placement(block, start, inserted) : app(block, start, inserted));
    start += blockBytes + inserted;
  }
  return programOf(decls, { lineStarts, sha256: String(edit?.at ?? 0).padStart(64, '0') });
}

function placement(block: number, start: number, inserted: number): IrDecl {
  const atoms = Array.from({ length: 12 }, (_, n): IrExpr => {
    const place = at(start + 100 + n * 80 + inserted, 60);
    return {
      op: 'compare',
      by: n % 2 === 0 ? '==' : '!=',
      left: {
        op: 'attribute',
        name: `fact${n}`,
        source: { from: 'label', key: `example.com/fact-${n}` },
        type: 'string',
        origin: place,
      },
      right: { op: 'const', type: 'string', value: `value-${block}-${n}${inserted}` },
      origin: place,
    };
  });
  return {
    kind: 'placement',
    name: `placement-${block}`,
    namespace: 'payments',
    origin: at(start, 1600 + inserted),
    clusterSets: ['prod', 'edge'],
    where: { op: 'and', args: atoms },
    numberOfClusters: 10,
    prioritizerPolicy: null,
    sortBy: null,
    tolerations: [],
    groups: [],
    clustersPerDecisionGroup: null,
    via: null,
  };
}

function app(block: number, start: number, inserted: number): IrDecl {
  const fields = Array.from({ length: 24 }, (_, n) => ({
    item: 'field' as const,
    key: `field${n}`,
    value: {
      op: 'const' as const,
      type: 'string' as const,
      value: `text ${block} ${n} ${inserted}`,
    },
  }));
  return {
    kind: 'app',
    name: `app-${block}`,
    namespace: 'payments',
    origin: at(start, 1600 + inserted),
    on: [],
    manifests: [
      { origin: at(start + 200 + inserted, 900), object: { op: 'record', items: fields } },
    ],
  };
}
