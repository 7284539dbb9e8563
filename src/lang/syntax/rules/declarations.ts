import type {
  AttributeNode,
  BindingNode,
  DeclNode,
  FleetNode,
  FormalNode,
  FunctionNode,
  ImportNode,
  KindDeclNode,
  NamespaceNode,
  NoteNode,
  TypeDeclNode,
} from '../ast.ts';
import { alternatives } from '../grammar.ts';
import { missing, noNotes, stringOf, wordOf } from '../nodes.ts';
import {
  Colon,
  Comma,
  Equals,
  keyword,
  LeftBrace,
  LeftParen,
  Name,
  Question,
  RightBrace,
  RightParen,
  Str,
  Word,
} from '../tokens.ts';
import { startsType, startsValue } from './gates.ts';
import type { Building, Rules } from './rules.ts';

/** Productions of what stands at the top of a file. */
export function declarationRules(
  b: Building,
): Pick<
  Rules,
  | 'file'
  | 'decl'
  | 'import'
  | 'binding'
  | 'typeDecl'
  | 'function'
  | 'formal'
  | 'kindDecl'
  | 'nsDecl'
  | 'fleet'
  | 'attribute'
> {
  return { ...fileRules(b), ...valueRules(b), ...functionRules(b), ...fleetRules(b) };
}

function fileRules(b: Building): Pick<Rules, 'file' | 'decl'> {
  const { grammar: g, rules } = b;

  const file = g.rule<readonly DeclNode[]>(
    'file',
    () => {
      const decls: DeclNode[] = [];
      g.some(0, () => {
        const decl = g.sub(0, rules.decl);
        if (decl !== null) decls.push(decl);
      });
      return decls;
    },
    () => [],
  );

  const decls = alternatives<DeclNode | null>(
    () => g.sub(0, rules.import),
    () => g.sub(1, rules.binding),
    () => g.sub(2, rules.function),
    () => g.sub(3, rules.typeDecl),
    () => g.sub(4, rules.kindDecl),
    () => g.sub(5, rules.nsDecl),
    () => g.sub(6, rules.fleet),
    () => g.sub(7, rules.forItem),
    () => g.sub(8, rules.block),
  );
  const decl = g.rule<DeclNode | null>(
    'decl',
    () => {
      const start = g.start;
      const notes: NoteNode[] = [];
      g.some(0, () => {
        const note = g.sub(9, rules.note);
        if (note !== null) notes.push(note);
      });
      const node = g.choose(0, decls);
      return notes.length === 0 || node === null
        ? node
        : { ...node, span: g.spanFrom(start), notes };
    },
    () => null,
  );

  return { file, decl };
}

function valueRules(
  b: Building,
): Pick<Rules, 'import' | 'binding' | 'typeDecl' | 'kindDecl' | 'nsDecl'> {
  const { grammar: g, rules } = b;
  const lost = (): null => null;

  const importDecl = g.rule<ImportNode | null>(
    'import',
    () => {
      const start = g.start;
      g.take(0, keyword('import'));
      const path = stringOf(g.take(1, Str), b.strings);
      const alias = g.maybe(0, () => {
        g.take(2, keyword('as'));
        return wordOf(g.take(3, Name));
      });
      const span = g.spanFrom(start);
      return { kind: 'import', span, notes: noNotes, path, alias: alias ?? null };
    },
    lost,
  );

  const words = alternatives<BindingNode['word']>(
    () => {
      g.take(0, keyword('let'));
      return 'let';
    },
    () => {
      g.take(1, keyword('param'));
      return 'param';
    },
  );
  const binding = g.rule<BindingNode | null>(
    'binding',
    () => {
      const start = g.start;
      const word = g.choose(0, words);
      const name = wordOf(g.take(2, Name));
      const type = g.maybe(0, () => {
        g.take(3, Colon);
        return g.sub(0, rules.type);
      });
      const value = g.maybe(1, () => {
        g.take(4, Equals);
        const written = g.need(
          0,
          'a value',
          () => g.sub(1, rules.expr),
          () => startsValue(g),
        );
        return written ?? missing(g.end);
      });
      const span = g.spanFrom(start);
      return {
        kind: 'binding',
        span,
        notes: noNotes,
        word,
        name,
        type: type ?? null,
        value: value ?? null,
      };
    },
    lost,
  );

  const typeDecl = g.rule<TypeDeclNode | null>(
    'typeDecl',
    () => {
      const start = g.start;
      g.take(0, keyword('type'));
      const name = wordOf(g.take(1, Name));
      g.take(2, Equals);
      const type = g.sub(0, rules.type);
      return { kind: 'typeDecl', span: g.spanFrom(start), notes: noNotes, name, type };
    },
    lost,
  );

  const kindDecl = g.rule<KindDeclNode | null>(
    'kindDecl',
    () => {
      const start = g.start;
      g.take(0, keyword('kind'));
      const name = wordOf(g.take(1, Name));
      g.take(2, Colon);
      const source = g.sub(0, rules.expr);
      return { kind: 'kindDecl', span: g.spanFrom(start), notes: noNotes, name, source };
    },
    lost,
  );

  const nsDecl = g.rule<NamespaceNode | null>(
    'nsDecl',
    () => {
      const start = g.start;
      g.take(0, keyword('namespace'));
      const name = wordOf(g.take(1, Name));
      const body = g.maybe(0, () => g.sub(0, rules.body));
      const span = g.spanFrom(start);
      return { kind: 'namespace', span, notes: noNotes, name, body: body ?? null };
    },
    lost,
  );

  return { import: importDecl, binding, typeDecl, kindDecl, nsDecl };
}

function functionRules(b: Building): Pick<Rules, 'function' | 'formal'> {
  const { grammar: g, rules } = b;

  const fun = g.rule<FunctionNode | null>(
    'function',
    () => {
      const start = g.start;
      const formals: FormalNode[] = [];
      g.take(0, keyword('fun'));
      const name = wordOf(g.take(1, Name));
      g.take(2, LeftParen);
      g.commaSeparated(
        0,
        () => {
          const formal = g.sub(0, rules.formal);
          if (formal !== null) formals.push(formal);
        },
        Comma,
      );
      g.take(3, RightParen);
      const result = g.maybe(1, () => {
        g.take(4, Colon);
        return g.sub(1, rules.type);
      });
      g.take(5, Equals);
      const body = g.sub(2, rules.expr);
      const span = g.spanFrom(start);
      return {
        kind: 'function',
        span,
        notes: noNotes,
        name,
        formals,
        result: result ?? null,
        body,
      };
    },
    () => null,
  );

  const formal = g.rule<FormalNode | null>(
    'formal',
    () => {
      const name = wordOf(g.take(0, Name));
      g.take(1, Colon);
      const type = g.sub(0, rules.type);
      return { kind: 'formal', span: g.spanFrom(name.span.start), name, type };
    },
    () => null,
  );

  return { function: fun, formal };
}

function fleetRules(b: Building): Pick<Rules, 'fleet' | 'attribute'> {
  const { grammar: g, rules } = b;

  const fleet = g.rule<FleetNode | null>(
    'fleet',
    () => {
      const start = g.start;
      const attributes: AttributeNode[] = [];
      g.take(0, keyword('fleet'));
      g.take(1, LeftBrace);
      g.some(0, () => {
        const attribute = g.sub(0, rules.attribute);
        if (attribute !== null) attributes.push(attribute);
        g.maybe(0, () => g.take(2, Comma));
      });
      g.take(3, RightBrace);
      return { kind: 'fleet', span: g.spanFrom(start), notes: noNotes, attributes };
    },
    () => null,
  );

  const attribute = g.rule<AttributeNode | null>(
    'attribute',
    () => {
      const name = wordOf(g.take(0, Word));
      const optional = g.maybe(0, () => g.take(1, Question)) !== undefined;
      g.take(2, Colon);
      const type = g.need(
        0,
        'a type',
        () => g.sub(0, rules.type),
        () => startsType(g),
      );
      const fallback = g.maybe(1, () => {
        g.take(3, Equals);
        const written = g.need(
          1,
          'a value',
          () => g.sub(1, rules.expr),
          () => startsValue(g),
        );
        return written ?? missing(g.end);
      });
      const from = g.maybe(2, () => {
        g.take(4, keyword('from'));
        const source = wordOf(g.take(5, Name));
        const key = stringOf(g.take(6, Str), b.strings);
        return { source, key };
      });
      return {
        kind: 'attribute',
        span: g.spanFrom(name.span.start),
        name,
        optional,
        type: type ?? missing(g.end),
        fallback: fallback ?? null,
        from: from ?? null,
      };
    },
    () => null,
  );

  return { fleet, attribute };
}
