import type { Problem } from '../../diagnostics.ts';
import type {
  ArgNode,
  AttributeNode,
  BodyNode,
  DeclNode,
  ElementNode,
  Expr,
  ForHead,
  ForItemNode,
  FormalNode,
  IfItemNode,
  ItemNode,
  LabelNode,
  NoteNode,
  PropertyNode,
  TypeFieldNode,
  TypeNode,
} from '../ast.ts';
import type { Grammar, Rule } from '../grammar.ts';
import type { PendingString } from '../nodes.ts';

/** Every production of grammar/ocm.ebnf, by its name there. */
export interface Rules {
  readonly file: Rule<readonly DeclNode[]>;
  readonly decl: Rule<DeclNode | null>;
  readonly import: Rule<DeclNode | null>;
  readonly binding: Rule<DeclNode | null>;
  readonly typeDecl: Rule<DeclNode | null>;
  readonly function: Rule<DeclNode | null>;
  readonly formal: Rule<FormalNode | null>;
  readonly kindDecl: Rule<DeclNode | null>;
  readonly nsDecl: Rule<DeclNode | null>;
  readonly fleet: Rule<DeclNode | null>;
  readonly attribute: Rule<AttributeNode | null>;

  readonly block: Rule<DeclNode & ItemNode>;
  readonly label: Rule<LabelNode | null>;
  readonly body: Rule<BodyNode>;
  readonly item: Rule<ItemNode | null>;
  readonly property: Rule<PropertyNode>;
  readonly forItem: Rule<ForItemNode>;
  readonly ifItem: Rule<IfItemNode>;
  readonly forHead: Rule<ForHead>;
  readonly note: Rule<NoteNode | null>;

  readonly type: Rule<TypeNode>;
  readonly atom: Rule<TypeNode>;
  readonly field: Rule<TypeFieldNode | null>;

  readonly expr: Rule<Expr>;
  readonly binary: Rule<Expr>;
  readonly unary: Rule<Expr>;
  readonly postfix: Rule<Expr>;
  readonly primary: Rule<Expr>;
  readonly element: Rule<ElementNode>;
  readonly args: Rule<readonly ArgNode[]>;
  readonly arg: Rule<ArgNode | null>;
}

/** What the files of rules share. `rules` is filled while they are defined and read when they run. */
export interface Building {
  readonly grammar: Grammar;
  readonly rules: Rules;
  /** Strings met in this run that are read further when it ends. */
  readonly strings: PendingString[];
  /** What is wrong although it could be read. */
  readonly complain: (problem: Problem) => void;
}
