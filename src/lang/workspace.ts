import type { IrWasm } from '../ir/program.ts';

/**
 * What the compiler may see of the files around it; the binary implements it. Paths are relative to the workspace
 * root, with `/` between and without `.` or `..`; nothing outside the root is asked for.
 */
export interface Workspace {
  /** The text of a file, or null where there is none or it cannot be read. */
  readonly read: (path: string) => string | null;
  /** Paths of the files that match a glob (`*`, `?`, `**`), sorted by UTF-16 unit. */
  readonly list: (glob: string) => readonly string[];
  /** Compiles Rego to Wasm. Absent where that is not possible: the program then carries its source only. */
  readonly buildRego?: (input: RegoInput) => RegoBuild;
}

/** A policy in Rego, and the rules that are asked, such as `data.images.allow`. */
export interface RegoInput {
  readonly source: string;
  readonly entrypoints: readonly string[];
}
/** What became of it. */
export type RegoBuild =
  | { readonly built: 'yes'; readonly wasm: IrWasm }
  | { readonly built: 'no'; readonly faults: readonly RegoFault[] }
  /** There is nobody to compile it: why, and what to do. */
  | { readonly built: 'no-compiler'; readonly problem: string; readonly remedy: string };
/** Something wrong in Rego; lines and columns from 1, 0 where they are not known. */
export interface RegoFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A workspace without files. */
export const emptyWorkspace: Workspace = { read: () => null, list: () => [] };

/** A source text; `uri` is its path relative to the workspace root. */
export interface SourceFile {
  readonly uri: string;
  readonly text: string;
}
