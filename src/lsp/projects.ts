import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type IncrementalCheck, startIncrementalCheck } from '../lang/incremental/incremental.ts';
import type { Snapshot } from '../lang/service/snapshot.ts';
import type { LspHost } from './host.ts';
import { type Places, placesOf } from './text.ts';

/** A document in the editor: its text counts, not that of the disk. */
export interface OpenDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
}

/** One module at one moment. */
export interface Project {
  /** What tells it from others: its folder, or the document where that is no file. */
  readonly key: string;
  readonly snapshot: Snapshot;
  /** The document of a file of the workspace, by its path relative to the root. */
  readonly uriOf: (file: string) => string;
  /** That path, for a document of the module. */
  readonly fileOf: (uri: string) => string;
  /** The lines of such a file; null where it cannot be read. */
  readonly placesOf: (file: string) => Places | null;
}

/** The documents that are open, and the modules they are of. */
export interface Projects {
  readonly open: (document: OpenDocument) => void;
  readonly close: (uri: string) => void;
  readonly document: (uri: string) => OpenDocument | null;
  readonly documents: () => readonly OpenDocument[];
  /** Something on the disk is different. */
  readonly changed: () => void;
  /** The module of a document, read anew where something changed. */
  readonly of: (uri: string) => Project;
  readonly keyOf: (uri: string) => string;
}

/** Keeps open documents and reads modules when they are asked for. */
export function startProjects(host: LspHost): Projects {
  const documents = new Map<string, OpenDocument>();
  const checks = new Map<string, IncrementalCheck>();
  const known = new Map<string, Project>();
  const keyOf = (uri: string): string => {
    const path = pathOf(uri);
    return path === null ? uri : dirname(path);
  };
  const touch = (uri: string): void => {
    // other modules may import this one
    known.clear();
    if (![...documents.keys()].some((each) => keyOf(each) === keyOf(uri)))
      checks.delete(keyOf(uri));
  };
  return {
    open: (document) => {
      documents.set(document.uri, document);
      touch(document.uri);
    },
    close: (uri) => {
      documents.delete(uri);
      touch(uri);
    },
    document: (uri) => documents.get(uri) ?? null,
    documents: () => [...documents.values()],
    changed: () => {
      known.clear();
      for (const check of checks.values()) check.forget();
    },
    keyOf,
    of: (uri) => {
      const key = keyOf(uri);
      const found = known.get(key);
      if (found !== undefined) return found;
      const check = checks.get(key) ?? startIncrementalCheck();
      checks.set(key, check);
      const project = readProject(uri, key, { host, documents, check });
      known.set(key, project);
      return project;
    },
  };
}

interface Reading {
  readonly host: LspHost;
  readonly documents: ReadonlyMap<string, OpenDocument>;
  readonly check: IncrementalCheck;
}

function readProject(uri: string, key: string, { host, documents, check }: Reading): Project {
  const path = pathOf(uri);
  if (path === null) return loneDocument(uri, key, documents, check);
  const { root, paths } = host.moduleOf(path);
  const fileOf = (absolute: string): string => relative(root, absolute).split(sep).join('/');
  const uriOf = (file: string): string => pathToFileURL(join(root, file)).href;
  const opened = new Map<string, string>();
  for (const document of documents.values()) {
    const absolute = pathOf(document.uri);
    if (absolute !== null) opened.set(fileOf(absolute), document.text);
  }
  const read = (file: string): string | null => opened.get(file) ?? host.read(root, file);
  const unsaved = [...documents.keys()].flatMap((each) => {
    const absolute = pathOf(each);
    const isOfModule = absolute !== null && dirname(absolute) === dirname(path);
    return isOfModule && absolute.endsWith('.ocm') ? [absolute] : [];
  });
  const names = new Set([...paths, ...unsaved, path].map(fileOf));
  const files = [...names].sort().flatMap((file) => {
    const text = read(file);
    return text === null ? [] : [{ uri: file, text }];
  });
  const workspace = { read, list: (glob: string) => host.list(root, glob) };
  const snapshot = check.check({ files, workspace });
  return {
    key,
    snapshot,
    uriOf: (file) => openUri(uriOf(file), documents),
    fileOf: (each) => fileOf(pathOf(each) ?? each),
    placesOf: lineReader(read),
  };
}

/** A document that is no file is a module of its own, with nothing around it. */
function loneDocument(
  uri: string,
  key: string,
  documents: ReadonlyMap<string, OpenDocument>,
  check: IncrementalCheck,
): Project {
  const file = 'untitled.ocm';
  const text = documents.get(uri)?.text ?? '';
  const snapshot = check.check({ files: [{ uri: file, text }] });
  const read = (each: string): string | null => (each === file ? text : null);
  return { key, snapshot, uriOf: () => uri, fileOf: () => file, placesOf: lineReader(read) };
}

function lineReader(read: (file: string) => string | null): Project['placesOf'] {
  const known = new Map<string, Places>();
  return (file) => {
    const found = known.get(file);
    if (found !== undefined) return found;
    const text = read(file);
    if (text === null) return null;
    const places = placesOf(text);
    known.set(file, places);
    return places;
  };
}

// Editors escape addresses in their own ways: the one they gave is the one they know.
function openUri(uri: string, documents: ReadonlyMap<string, OpenDocument>): string {
  if (documents.has(uri)) return uri;
  const path = pathOf(uri);
  return [...documents.keys()].find((each) => pathOf(each) === path) ?? uri;
}

/** The absolute path of a document; null where it is no file of this machine. */
function pathOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null;
  try {
    return fileURLToPath(uri);
  } catch {
    return null;
  }
}
