import type { Span } from '../../base/span.ts';

/**
 * One node per grammar production. A block is generic: what its head means is decided by the schema, never by
 * the parser, so a new construct adds no node here. Spans count from the start of the chunk (see `chunks.ts`).
 */
interface Node<K extends string> {
  readonly kind: K;
  readonly span: Span;
}

/** A word with its place; `text` has no backquotes and is empty where recovery put one in. */
export interface Word extends Node<'word'> {
  readonly text: string;
}

/** What may stand at the top of a file. */
export type DeclNode =
  | ImportNode
  | BindingNode
  | FunctionNode
  | TypeDeclNode
  | KindDeclNode
  | NamespaceNode
  | FleetNode
  | ForItemNode
  | BlockNode;

/** Every declaration may carry notes; its span starts at the first of them. */
interface Noted {
  readonly notes: readonly NoteNode[];
}
/** `import "../lib" as lib`. */
export interface ImportNode extends Node<'import'>, Noted {
  readonly path: StringNode;
  readonly alias: Word | null;
}
/** `let n: T = e` or `param n: T = e`. */
export interface BindingNode extends Node<'binding'>, Noted {
  readonly word: 'let' | 'param';
  readonly name: Word;
  readonly type: TypeNode | null;
  readonly value: Expr | null;
}
/** `fun n(a: T): R = e`. */
export interface FunctionNode extends Node<'function'>, Noted {
  readonly name: Word;
  readonly formals: readonly FormalNode[];
  readonly result: TypeNode | null;
  readonly body: Expr;
}
export interface FormalNode extends Node<'formal'> {
  readonly name: Word;
  readonly type: TypeNode;
}
/** `type n = T`. */
export interface TypeDeclNode extends Node<'typeDecl'>, Noted {
  readonly name: Word;
  readonly type: TypeNode;
}
/** `kind n: "group/version"`. */
export interface KindDeclNode extends Node<'kindDecl'>, Noted {
  readonly name: Word;
  readonly source: Expr;
}
/** `namespace n`, or `namespace n { … }`. */
export interface NamespaceNode extends Node<'namespace'>, Noted {
  readonly name: Word;
  readonly body: BodyNode | null;
}
export interface FleetNode extends Node<'fleet'>, Noted {
  readonly attributes: readonly AttributeNode[];
}
/** One line of a fleet: `tier?: gold | silver from label "acme.io/tier"`. */
export interface AttributeNode extends Node<'attribute'> {
  readonly name: Word;
  readonly optional: boolean;
  readonly type: TypeNode;
  readonly fallback: Expr | null;
  readonly from: { readonly source: Word; readonly key: StringNode } | null;
}

/** `head label … { … }`. `body.missing` where the author has not opened it yet. */
export interface BlockNode extends Node<'block'>, Noted {
  readonly head: Word;
  readonly labels: readonly LabelNode[];
  readonly body: BodyNode;
}
export type LabelNode = PathNode | StringNode | LiteralNode;
/** A dotted path in a label: `cm.metadata.name`. */
export interface PathNode extends Node<'path'> {
  readonly words: readonly Word[];
}
/** `@name(args)`. */
export interface NoteNode extends Node<'note'> {
  readonly name: Word;
  readonly args: readonly ArgNode[];
}

/** `{ … }`: the body of a block, and as a value a record. */
export interface BodyNode extends Node<'body'> {
  readonly items: readonly ItemNode[];
  readonly missing: boolean;
}
export type ItemNode =
  | PropertyNode
  | BlockNode
  | SpreadNode
  | ExpectNode
  | ForItemNode
  | IfItemNode;
export interface PropertyNode extends Node<'property'>, Noted {
  readonly key: Word | StringNode;
  readonly value: Expr;
}
export interface SpreadNode extends Node<'spread'>, Noted {
  readonly of: Expr;
}
export interface ExpectNode extends Node<'expect'>, Noted {
  readonly that: Expr;
  readonly because: StringNode | null;
}
/** At file level its body holds blocks only; `lang/fold` unrolls it before names are bound. */
export interface ForItemNode extends Node<'forItem'>, Noted {
  readonly head: ForHead;
  readonly body: BodyNode;
}
export interface IfItemNode extends Node<'ifItem'>, Noted {
  readonly test: Expr;
  readonly yes: BodyNode;
  readonly no: BodyNode | IfItemNode | null;
}
/** `for a, b in xs if c`. */
export interface ForHead extends Node<'forHead'> {
  readonly names: readonly Word[];
  readonly over: Expr;
  readonly test: Expr | null;
}

export type TypeNode =
  | TypeNameNode
  | TypeTextNode
  | TypeListNode
  | TypeRecordNode
  | TypeUnionNode
  | TypeOptionalNode
  | MissingNode;
export interface TypeNameNode extends Node<'typeName'> {
  /** The alias of the module that has it. */
  readonly module: Word | null;
  readonly name: Word;
}
/** A STRING as a member of an enum. */
export interface TypeTextNode extends Node<'typeText'> {
  readonly text: StringNode;
}
export interface TypeListNode extends Node<'typeList'> {
  readonly of: TypeNode;
}
export interface TypeRecordNode extends Node<'typeRecord'> {
  readonly fields: readonly TypeFieldNode[];
}
/** Two atoms or more. */
export interface TypeUnionNode extends Node<'typeUnion'> {
  readonly of: readonly TypeNode[];
}
export interface TypeOptionalNode extends Node<'typeOptional'> {
  readonly of: TypeNode;
}
export interface TypeFieldNode extends Node<'typeField'> {
  /** `null` is `*`: any other key. */
  readonly name: Word | null;
  readonly optional: boolean;
  readonly type: TypeNode;
}

/** A STRING. Without interpolation `parts` is one text; texts have their escapes resolved. */
export interface StringNode extends Node<'string'> {
  readonly parts: readonly (string | Expr)[];
}
/** A literal as written. */
export interface LiteralNode extends Node<'literal'> {
  readonly type: 'number' | 'unit' | 'version' | 'bool';
  readonly text: string;
}
/** A fence: `language` is the tag after the opening quotes, `text` the dedented content (Rule 5). */
export interface FenceNode extends Node<'fence'> {
  readonly language: string;
  readonly text: string;
}
export interface ArgNode extends Node<'arg'> {
  readonly name: Word | null;
  readonly value: Expr | LambdaNode;
}
/** `x => e`; only as an argument. */
export interface LambdaNode extends Node<'lambda'> {
  readonly formal: Word;
  readonly body: Expr;
}
export type BinaryOperator =
  | '||'
  | '&&'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'in'
  | 'not in'
  | '??'
  | '+'
  | '-'
  | '*'
  | '/';

export type Expr =
  | NameNode
  | StringNode
  | LiteralNode
  | FenceNode
  | ListNode
  | BodyNode
  | MemberNode
  | IndexNode
  | CallNode
  | UnaryNode
  | BinaryNode
  | IfNode
  | MissingNode;
export interface NameNode extends Node<'name'> {
  readonly name: Word;
}
export interface ListNode extends Node<'list'> {
  readonly elements: readonly ElementNode[];
}
export type ElementNode = Expr | ForElementNode | SpreadNode;
/** `for x in xs: e`, in a list. */
export interface ForElementNode extends Node<'forElement'> {
  readonly head: ForHead;
  readonly value: Expr;
}
/** `of.name`; an empty name where the author has not written it yet. */
export interface MemberNode extends Node<'member'> {
  readonly of: Expr;
  readonly name: Word;
}
export interface IndexNode extends Node<'index'> {
  readonly of: Expr;
  readonly at: Expr;
}
export interface CallNode extends Node<'call'> {
  readonly of: Expr;
  readonly args: readonly ArgNode[];
}
export interface UnaryNode extends Node<'unary'> {
  readonly op: '!' | '-';
  readonly of: Expr;
}
export interface BinaryNode extends Node<'binary'> {
  readonly op: BinaryOperator;
  /** Place of the operator. */
  readonly at: Span;
  readonly left: Expr;
  readonly right: Expr;
}
export interface IfNode extends Node<'if'> {
  readonly test: Expr;
  readonly yes: Expr;
  readonly no: Expr;
}
/** Left by recovery where something is expected; a syntax error says what. */
export type MissingNode = Node<'missing'>;

/** A comment (`//`) or a doc comment (`///`), as written. They hang on no node. */
export interface Trivia extends Node<'comment' | 'doc'> {
  readonly text: string;
}

/** Any node of the tree. */
export type AnyNode =
  | Word
  | DeclNode
  | FormalNode
  | AttributeNode
  | PathNode
  | NoteNode
  | ItemNode
  | ForHead
  | TypeNode
  | TypeFieldNode
  | Expr
  | ForElementNode
  | ArgNode
  | LambdaNode;
