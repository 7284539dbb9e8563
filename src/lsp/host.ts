/** Where a module is on the disk. */
export interface HostModule {
  /** Absolute path of the folder the workspace begins at: nothing outside is read. */
  readonly root: string;
  /** Absolute paths of the `.ocm` files of the module, in byte order. */
  readonly paths: readonly string[];
}

/** What the server needs of the machine; the command line gives it. Nothing throws: what is not there is null or empty. */
export interface LspHost {
  /** The module a file is of, given by its absolute path. */
  readonly moduleOf: (path: string) => HostModule;
  /** The text of a file, by its path relative to a root. */
  readonly read: (root: string, path: string) => string | null;
  /** Files below a root that match a glob, relative to it. */
  readonly list: (root: string, glob: string) => readonly string[];
}
