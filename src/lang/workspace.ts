/**
 * What the compiler may see of the files around it; the binary implements it. Paths are relative to the workspace
 * root, with `/` between and without `.` or `..`; nothing outside the root is asked for.
 */
export interface Workspace {
  /** The text of a file, or null where there is none or it cannot be read. */
  readonly read: (path: string) => string | null;
  /** Paths of the files that match a glob (`*`, `?`, `**`), sorted by UTF-16 unit. */
  readonly list: (glob: string) => readonly string[];
}

/** A workspace without files. */
export const emptyWorkspace: Workspace = { read: () => null, list: () => [] };

/** A source text; `uri` is its path relative to the workspace root. */
export interface SourceFile {
  readonly uri: string;
  readonly text: string;
}
