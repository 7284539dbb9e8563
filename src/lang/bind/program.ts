import type { Span } from '../../base/span.ts';
import type { Place, Unit } from '../place.ts';
import type { Construct } from '../schema/constructs.ts';
import type { Shaped } from '../shape/decl.ts';
import type {
  BindingNode,
  DeclNode,
  FleetNode,
  FunctionNode,
  KindDeclNode,
  TypeDeclNode,
} from '../syntax/ast.ts';

/** A root module and everything it imports (Rule 14). */
export interface Program {
  readonly root: Module;
  /** Imported modules before those that import them. */
  readonly modules: readonly Module[];
  /** All files, by their index. */
  readonly files: readonly ModuleFile[];
  readonly fleet: FleetSymbol | null;
}

/** All files of a folder, with one table of names (Rule 13). */
export interface Module {
  /** Relative to the workspace root. */
  readonly dir: string;
  readonly files: ModuleFile[];
  readonly values: Map<string, ValueSymbol>;
  /** By head, then by `namespace/name`. */
  readonly blocks: Map<string, Map<string, BlockSymbol>>;
  /** Where tables of blocks outlive a check: the one of a head. */
  readonly tableFor?: (head: string) => Map<string, BlockSymbol>;
}

export interface ModuleFile extends Unit {
  readonly module: Module;
  /** Of what it emits; empty where neither the file nor the command names one (Rule 23). */
  readonly namespace: string;
  /** Names of imported modules, visible in this file only (Rule 15). */
  readonly aliases: Map<string, AliasSymbol>;
  readonly decls: readonly PlacedDecl[];
}
export interface PlacedDecl {
  readonly node: DeclNode;
  readonly place: Place;
}

/** A name and where it stands. */
interface Named {
  readonly name: string;
  readonly span: Span;
  readonly place: Place;
}
export interface AliasSymbol extends Named {
  readonly symbol: 'alias';
  /** Null where it could not be imported: that was reported, and its members are not looked for. */
  readonly module: Module | null;
}
/** `let param fun type kind` share one sort (Rule 18). */
export type ValueSymbol = BindingSymbol | FunctionSymbol | TypeSymbol | KindSymbol;
interface ValueOf<K extends string, N> extends Named {
  readonly symbol: K;
  readonly node: N;
  readonly file: ModuleFile;
}
export type BindingSymbol = ValueOf<'let' | 'param', BindingNode>;
export type FunctionSymbol = ValueOf<'fun', FunctionNode>;
export type TypeSymbol = ValueOf<'type', TypeDeclNode>;
export type KindSymbol = ValueOf<'kind', KindDeclNode>;
export interface FleetSymbol {
  readonly node: FleetNode;
  readonly place: Place;
  readonly file: ModuleFile;
}
/** A block that has a name. `variables` are those of the file-level `for` it comes from; only `check` looks inside. */
export interface BlockSymbol extends Named {
  readonly symbol: 'block';
  readonly construct: Construct;
  readonly namespace: string;
  /** The `blockKey` of both, which its table has it under. */
  readonly key: string;
  /** The name of the emitted object: its own, or what `@name` says. */
  readonly objectName: string;
  readonly block: Shaped;
  readonly file: ModuleFile;
  readonly variables: unknown;
}
export type AnySymbol = AliasSymbol | ValueSymbol | BlockSymbol;

/** Whether a file may use a name of its module: one with `_` in front is private to its file (Rule 16). */
export function isVisible(
  symbol: { readonly name: string; readonly place: Place },
  from: Unit,
): boolean {
  return !symbol.name.startsWith('_') || symbol.place.unit.index === from.index;
}

/** The key of a block in its table. */
export function blockKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
