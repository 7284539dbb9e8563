import type { Span } from '../../base/span.ts';
import { inFile, type Place } from '../place.ts';
import type { BlockNode, BodyNode, DeclNode, LabelNode } from '../syntax/ast.ts';
import type { Snapshot } from './snapshot.ts';

/** A line of the outline of a file. */
export interface OutlineSymbol {
  readonly name: string;
  /** The head of the block, `let`, `fun` …: what it is. */
  readonly detail: string;
  readonly is: 'block' | 'value' | 'function' | 'type' | 'attribute' | 'namespace' | 'import';
  readonly span: Span;
  /** Where its name stands, within `span`. */
  readonly selection: Span;
  readonly children: readonly OutlineSymbol[];
}

/** The outline of a file: its declarations, and the blocks in them. */
export function documentSymbols({ names }: Snapshot, file: string): readonly OutlineSymbol[] {
  const found = names.files.find(({ uri }) => uri === file);
  return (found?.decls ?? []).flatMap(({ node, place }) => ofDecl(node, place));
}

interface Line {
  readonly name: string;
  readonly detail: string;
  readonly is: OutlineSymbol['is'];
  readonly at: Span;
  readonly children?: readonly OutlineSymbol[];
}

function symbol(whole: Span, place: Place, line: Line): readonly OutlineSymbol[] {
  const { name, detail, is, at, children = [] } = line;
  if (name === '') return [];
  const span = inFile(place, whole);
  return [{ name, detail, is, span, selection: inFile(place, at), children }];
}

function ofDecl(node: DeclNode, place: Place): readonly OutlineSymbol[] {
  const { span } = node;
  switch (node.kind) {
    case 'block':
      return ofBlock(node, place);
    case 'forItem':
      return ofBody(node.body, place);
    case 'binding':
    case 'kindDecl':
    case 'typeDecl':
    case 'function': {
      const { text: name, span: at } = node.name;
      const detail = node.kind === 'binding' ? node.word : words[node.kind];
      const is = node.kind === 'function' ? 'function' : node.kind === 'binding' ? 'value' : 'type';
      return symbol(span, place, { name, detail, is, at });
    }
    case 'namespace': {
      const { text: name, span: at } = node.name;
      return symbol(span, place, { name, detail: 'namespace', is: 'namespace', at });
    }
    case 'import': {
      const name = node.alias?.text ?? node.path.parts.filter((part) => typeof part === 'string');
      const text = typeof name === 'string' ? name : name.join('');
      return symbol(span, place, {
        name: text,
        detail: 'import',
        is: 'import',
        at: node.path.span,
      });
    }
    case 'fleet': {
      const children = node.attributes.flatMap((each) =>
        symbol(each.span, place, {
          name: each.name.text,
          detail: 'attribute',
          is: 'attribute',
          at: each.name.span,
        }),
      );
      const at = { start: span.start, end: Math.min(span.end, span.start + 'fleet'.length) };
      return symbol(span, place, { name: 'fleet', detail: '', is: 'block', at, children });
    }
  }
}

const words = { kindDecl: 'kind', typeDecl: 'type', function: 'fun' } as const;

function ofBlock(node: BlockNode, place: Place): readonly OutlineSymbol[] {
  const label = node.labels.map((each) => labelText(each, place)).join(' ');
  const at = node.labels.at(-1)?.span ?? node.head.span;
  const name = label === '' ? node.head.text : label;
  const detail = label === '' ? '' : node.head.text;
  return symbol(node.span, place, {
    name,
    detail,
    is: 'block',
    at,
    children: ofBody(node.body, place),
  });
}

function ofBody(body: BodyNode, place: Place): readonly OutlineSymbol[] {
  return body.items.flatMap((item): readonly OutlineSymbol[] => {
    if (item.kind === 'block') return ofBlock(item, place);
    if (item.kind === 'forItem') return ofBody(item.body, place);
    if (item.kind !== 'ifItem') return [];
    const no = item.no?.kind === 'body' ? ofBody(item.no, place) : [];
    return [...ofBody(item.yes, place), ...no];
  });
}

function labelText({ span: { start, end } }: LabelNode, { chunk }: Place): string {
  return chunk.text.slice(start, end).replace(/^["`]|["`]$/g, '');
}
