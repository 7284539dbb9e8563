import type {
  BlockNode,
  BodyNode,
  Expr,
  ForHead,
  ForItemNode,
  IfItemNode,
  ItemNode,
  LabelNode,
  NoteNode,
  PropertyNode,
  StringNode,
  Word as WordNode,
} from '../ast.ts';
import { alternatives } from '../grammar.ts';
import { missing, noBody, noNotes, noWord, spanOf, stringOf, wordOf } from '../nodes.ts';
import {
  At,
  Colon,
  Comma,
  Dot,
  Ellipsis,
  keyword,
  LeftBrace,
  Name,
  RightBrace,
  Str,
  Unit,
  Word,
} from '../tokens.ts';
import { startsLabel, startsValue } from './gates.ts';
import type { Building, Rules } from './rules.ts';

/** Productions of blocks and what their bodies hold. */
export function blockRules(
  b: Building,
): Pick<
  Rules,
  'block' | 'label' | 'body' | 'item' | 'property' | 'forItem' | 'ifItem' | 'forHead' | 'note'
> {
  return { ...headRules(b), ...bodyRules(b), ...loopRules(b) };
}

function headRules(b: Building): Pick<Rules, 'block' | 'label' | 'note'> {
  const { grammar: g, rules } = b;

  const block = g.rule<BlockNode>(
    'block',
    () => {
      const head = wordOf(g.take(0, Name));
      const labels: LabelNode[] = [];
      g.some(
        0,
        () => {
          const label = g.sub(0, rules.label);
          if (label !== null) labels.push(label);
        },
        () => startsLabel(g),
      );
      const body = g.need(
        0,
        '`{` or `:`',
        () => g.sub(1, rules.body),
        () => g.ahead(1) === LeftBrace,
      );
      const span = g.spanFrom(head.span.start);
      return { kind: 'block', span, notes: noNotes, head, labels, body: body ?? noBody(g.end) };
    },
    () => {
      const at = g.start;
      const span = { start: at, end: at };
      return {
        kind: 'block',
        span,
        notes: noNotes,
        head: noWord(at),
        labels: [],
        body: noBody(at),
      };
    },
  );

  const labels = alternatives<LabelNode>(
    () => {
      const words: WordNode[] = [wordOf(g.take(0, Name))];
      g.some(0, () => {
        g.take(1, Dot);
        words.push(wordOf(g.take(2, Word)));
      });
      return { kind: 'path', span: g.spanFrom(words[0]?.span.start ?? 0), words };
    },
    () => stringOf(g.take(3, Str), b.strings),
    () => {
      const token = g.take(4, Unit);
      return { kind: 'literal', span: spanOf(token), type: 'unit', text: token.image };
    },
  );
  const label = g.rule<LabelNode | null>(
    'label',
    () => g.choose(0, labels),
    () => null,
  );

  const note = g.rule<NoteNode | null>(
    'note',
    () => {
      const start = g.start;
      g.take(0, At);
      const name = wordOf(g.take(1, Word));
      const args = g.maybe(0, () => g.sub(0, rules.args)) ?? [];
      return { kind: 'note', span: g.spanFrom(start), name, args };
    },
    () => null,
  );

  return { block, label, note };
}

function bodyRules(b: Building): Pick<Rules, 'body' | 'item' | 'property'> {
  const { grammar: g, rules } = b;

  const body = g.rule<BodyNode>(
    'body',
    () => {
      const start = g.start;
      const items: ItemNode[] = [];
      g.take(0, LeftBrace);
      g.some(0, () => {
        const item = g.sub(0, rules.item);
        if (item !== null) items.push(item);
        g.maybe(0, () => g.take(1, Comma));
      });
      g.take(2, RightBrace);
      return { kind: 'body', span: g.spanFrom(start), items, missing: false };
    },
    () => noBody(g.start),
  );

  const items = alternatives<ItemNode>(
    () => g.sub(0, rules.property),
    () => {
      const start = g.start;
      g.take(0, keyword('expect'));
      const that = g.sub(1, rules.expr);
      const because = g.maybe(0, () => {
        g.take(1, keyword('because'));
        return stringOf(g.take(2, Str), b.strings);
      });
      const span = g.spanFrom(start);
      return { kind: 'expect', span, notes: noNotes, that, because: because ?? null };
    },
    () => g.sub(2, rules.forItem),
    () => g.sub(3, rules.ifItem),
    () => {
      const start = g.start;
      g.take(3, Ellipsis);
      const of = g.sub(4, rules.expr);
      return { kind: 'spread', span: g.spanFrom(start), notes: noNotes, of };
    },
    () => g.sub(5, rules.block),
  );
  const item = g.rule<ItemNode | null>(
    'item',
    () => {
      const start = g.start;
      const notes: NoteNode[] = [];
      g.some(0, () => {
        const note = g.sub(6, rules.note);
        if (note !== null) notes.push(note);
      });
      const node = g.choose(0, items);
      return notes.length === 0 ? node : { ...node, span: g.spanFrom(start), notes };
    },
    () => null,
  );

  const keys = alternatives<WordNode | StringNode>(
    () => wordOf(g.take(0, Word)),
    () => stringOf(g.take(1, Str), b.strings),
  );
  const property = g.rule<PropertyNode>(
    'property',
    () => {
      const start = g.start;
      const key = g.choose(0, keys);
      g.take(2, Colon);
      const value = g.need(
        0,
        'a value',
        () => g.sub(0, rules.expr),
        () => startsValue(g),
      );
      const span = g.spanFrom(start);
      return { kind: 'property', span, notes: noNotes, key, value: value ?? missing(g.end) };
    },
    () => {
      const at = g.start;
      const span = { start: at, end: at };
      return { kind: 'property', span, notes: noNotes, key: noWord(at), value: missing(at) };
    },
  );

  return { body, item, property };
}

function loopRules(b: Building): Pick<Rules, 'forItem' | 'ifItem' | 'forHead'> {
  const { grammar: g, rules } = b;

  const forHead = g.rule<ForHead>(
    'forHead',
    () => {
      const start = g.start;
      g.take(0, keyword('for'));
      const names = [wordOf(g.take(1, Name))];
      g.maybe(0, () => {
        g.take(2, Comma);
        names.push(wordOf(g.take(3, Name)));
      });
      g.take(4, keyword('in'));
      const over = g.sub(0, rules.expr);
      const test = g.maybe(1, () => {
        g.take(5, keyword('if'));
        return g.sub(1, rules.expr);
      });
      return { kind: 'forHead', span: g.spanFrom(start), names, over, test: test ?? null };
    },
    () => {
      const at = g.start;
      return {
        kind: 'forHead',
        span: { start: at, end: at },
        names: [],
        over: missing(at),
        test: null,
      };
    },
  );

  const forItem = g.rule<ForItemNode>(
    'forItem',
    () => {
      const start = g.start;
      const head = g.sub(0, rules.forHead);
      const body = g.need(
        0,
        '`{`',
        () => g.sub(1, rules.body),
        () => g.ahead(1) === LeftBrace,
      );
      const span = g.spanFrom(start);
      return { kind: 'forItem', span, notes: noNotes, head, body: body ?? noBody(g.end) };
    },
    () => {
      const at = g.start;
      const span = { start: at, end: at };
      const head: ForHead = { kind: 'forHead', span, names: [], over: missing(at), test: null };
      return { kind: 'forItem', span, notes: noNotes, head, body: noBody(at) };
    },
  );

  const otherwise = alternatives<BodyNode | IfItemNode>(
    () => g.sub(2, rules.body),
    () => g.sub(3, rules.ifItem),
  );
  const ifItem = g.rule<IfItemNode>(
    'ifItem',
    () => {
      const start = g.start;
      g.take(0, keyword('if'));
      const test: Expr = g.sub(0, rules.expr);
      const yes = g.sub(1, rules.body);
      const no = g.maybe(0, () => {
        g.take(1, keyword('else'));
        return g.choose(0, otherwise);
      });
      return { kind: 'ifItem', span: g.spanFrom(start), notes: noNotes, test, yes, no: no ?? null };
    },
    () => {
      const at = g.start;
      const span = { start: at, end: at };
      return { kind: 'ifItem', span, notes: noNotes, test: missing(at), yes: noBody(at), no: null };
    },
  );

  return { forItem, ifItem, forHead };
}
