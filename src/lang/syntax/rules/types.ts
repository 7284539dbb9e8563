import type { TypeFieldNode, TypeNode, Word as WordNode } from '../ast.ts';
import { alternatives } from '../grammar.ts';
import { missing, stringOf, wordOf } from '../nodes.ts';
import {
  Colon,
  Comma,
  Dot,
  LeftBrace,
  LeftBracket,
  Name,
  Pipe,
  Question,
  RightBrace,
  RightBracket,
  Star,
  Str,
  Word,
} from '../tokens.ts';
import type { Building, Rules } from './rules.ts';

/** Productions `type`, `atom` and `field`. */
export function typeRules(b: Building): Pick<Rules, 'type' | 'atom' | 'field'> {
  const { grammar: g, rules } = b;

  const type = g.rule<TypeNode>(
    'type',
    () => {
      const start = g.start;
      const atoms: TypeNode[] = [g.sub(0, rules.atom)];
      g.some(0, () => {
        g.take(0, Pipe);
        atoms.push(g.sub(1, rules.atom));
      });
      const [first = missing(start)] = atoms;
      const of: TypeNode =
        atoms.length === 1 ? first : { kind: 'typeUnion', span: g.spanFrom(start), of: atoms };
      const optional = g.maybe(0, () => g.take(1, Question));
      return optional === undefined ? of : { kind: 'typeOptional', span: g.spanFrom(start), of };
    },
    () => missing(g.start),
  );

  const atoms = alternatives<TypeNode>(
    () => {
      const start = g.start;
      const first = wordOf(g.take(0, Name));
      const member = g.maybe(1, () => {
        g.take(6, Dot);
        return wordOf(g.take(7, Word));
      });
      const [module, name] = member === undefined ? [null, first] : [first, member];
      return { kind: 'typeName', span: g.spanFrom(start), module, name };
    },
    () => {
      const text = stringOf(g.take(1, Str), b.strings);
      return { kind: 'typeText', span: text.span, text };
    },
    () => {
      const start = g.start;
      g.take(2, LeftBracket);
      const of = g.sub(0, rules.type);
      g.take(3, RightBracket);
      return { kind: 'typeList', span: g.spanFrom(start), of };
    },
    () => {
      const start = g.start;
      g.take(4, LeftBrace);
      const fields: TypeFieldNode[] = [];
      g.commaSeparated(
        0,
        () => {
          const field = g.sub(0, rules.field);
          if (field !== null) fields.push(field);
        },
        Comma,
      );
      g.take(5, RightBrace);
      return { kind: 'typeRecord', span: g.spanFrom(start), fields };
    },
  );
  const atom = g.rule<TypeNode>(
    'atom',
    () => g.choose(0, atoms),
    () => missing(g.start),
  );

  const fieldNames = alternatives<WordNode | null>(
    () => wordOf(g.take(0, Word)),
    () => {
      g.take(1, Star);
      return null;
    },
  );
  const field = g.rule<TypeFieldNode | null>(
    'field',
    () => {
      const start = g.start;
      const name = g.choose(0, fieldNames);
      const optional = g.maybe(0, () => g.take(2, Question)) !== undefined;
      g.take(3, Colon);
      const of = g.sub(0, rules.type);
      return { kind: 'typeField', span: g.spanFrom(start), name, optional, type: of };
    },
    () => null,
  );

  return { type, atom, field };
}
