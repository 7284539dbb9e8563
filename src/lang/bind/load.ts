import { compareText } from '../../base/json.ts';
import type { Span } from '../../base/span.ts';
import { problem } from '../diagnostics.ts';
import type { Place, Reporter } from '../place.ts';
import type { ImportNode, StringNode } from '../syntax/ast.ts';
import { parseModule, type SourceUnit } from '../syntax/parse.ts';
import type { SourceFile, Workspace } from '../workspace.ts';
import { folderOf, inFolder, resolvePath } from './path.ts';
import type { FleetSymbol, Module, ModuleFile, PlacedDecl, Program } from './program.ts';

/** What is loaded and from where. */
export interface LoadInput {
  /** The files of the root module. */
  readonly files: readonly SourceFile[];
  readonly workspace: Workspace;
  /** Of files that name none. */
  readonly namespace: string;
  /** Files read before, by uri; those read now are put in. */
  readonly read: Map<string, SourceUnit>;
}

interface Loading extends LoadInput {
  readonly reporter: Reporter;
  readonly modules: Map<string, Module>;
  readonly done: Module[];
  readonly units: ModuleFile[];
  /** Folders of the modules being loaded, the root first. */
  readonly path: string[];
}

/** Reads the root module and, by its imports, the others (Rules 13 to 17). Files are taken in the order of their names. */
export function loadProgram(input: LoadInput, reporter: Reporter): Program {
  const files = input.files.toSorted((a, b) => compareText(a.uri, b.uri));
  const dir = folderOf(files[0]?.uri ?? '');
  const loading: Loading = {
    ...input,
    reporter,
    modules: new Map(),
    done: [],
    units: [],
    path: [],
  };
  const root = loadModule(dir, files, loading);
  const fleet = findFleet(loading.done, reporter);
  return { root, modules: loading.done, files: loading.units, fleet };
}

function loadModule(dir: string, files: readonly SourceFile[], loading: Loading): Module {
  const module: Module = { dir, files: [], values: new Map(), blocks: new Map() };
  loading.modules.set(dir, module);
  loading.path.push(dir);
  for (const file of files) module.files.push(readFile(file, module, loading));
  for (const file of module.files) {
    for (const { node, place } of file.decls) {
      if (node.kind === 'import') followImport(node, place, file, loading);
    }
  }
  loading.path.pop();
  loading.done.push(module);
  return module;
}

function readFile({ uri, text }: SourceFile, module: Module, loading: Loading): ModuleFile {
  const known = loading.read.get(uri);
  const source = known?.text === text ? known : parseModule(text, known);
  loading.read.set(uri, source);
  const decls: PlacedDecl[] = [];
  const file: ModuleFile & { namespace: string } = {
    uri,
    source,
    index: loading.units.length,
    module,
    namespace: loading.namespace,
    aliases: new Map(),
    decls,
  };
  loading.units.push(file);
  const { report } = loading.reporter;
  for (const { start, chunk } of source.chunks) {
    const place: Place = { unit: file, chunk, base: start };
    for (const each of chunk.problems) report(place, each);
    for (const node of chunk.decls) decls.push({ node, place });
  }
  const whole: Place = { unit: file, chunk: emptyChunk, base: 0 };
  for (const each of source.problems) report(whole, each);
  file.namespace = namespaceOf(decls, loading);
  return file;
}

const emptyChunk = { text: '', decls: [], trivia: [], problems: [], excess: 0 };

function namespaceOf(decls: readonly PlacedDecl[], { namespace, reporter }: Loading): string {
  let found: string | null = null;
  for (const { node, place } of decls) {
    if (node.kind !== 'namespace' || node.body !== null || node.name.text === '') continue;
    if (found === null) found = node.name.text;
    else reporter.report(place, problem('OCM2014', node.name.span, { name: 'namespace' }));
  }
  return found ?? namespace;
}

function followImport(node: ImportNode, place: Place, file: ModuleFile, loading: Loading): void {
  const path = plainText(node.path);
  if (path === null) {
    const where = 'the path of an import';
    loading.reporter.report(place, problem('OCM1005', node.path.span, { where }));
    return;
  }
  const module = importedModule(node.path.span, path, { place, file, loading });
  declareAlias(node, path, { place, file, module, loading });
}

interface Importing {
  readonly place: Place;
  readonly file: ModuleFile;
  readonly loading: Loading;
}

/** The module a path means; null where it was reported that there is none. */
function importedModule(
  span: Span,
  path: string,
  { place, file, loading }: Importing,
): Module | null {
  // not written yet: that is said already
  if (span.start === span.end) return null;
  const { report } = loading.reporter;
  const dir = /^\.\.?(\/|$)/.test(path) ? resolvePath(folderOf(file.uri), path) : undefined;
  if (dir === null) {
    report(place, problem('OCM2015', span, { path }));
    return null;
  }
  const cycle = dir === undefined ? -1 : loading.path.indexOf(dir);
  if (dir !== undefined && cycle >= 0) {
    const names = [...loading.path.slice(cycle), dir].map((each) => each || '.');
    report(place, problem('OCM2017', span, { cycle: names.join(' → ') }));
    return null;
  }
  const module = dir === undefined ? null : (loading.modules.get(dir) ?? loadFolder(dir, loading));
  if (module === null) {
    const help = ['a folder with `.ocm` files, relative to this file: `import "./lib/regions"`'];
    report(place, problem('OCM2016', span, { path }, { help }));
  }
  return module;
}

function loadFolder(dir: string, loading: Loading): Module | null {
  const files = loading.workspace.list(inFolder(dir, '*.ocm')).flatMap((uri) => {
    const text = loading.workspace.read(uri);
    return text === null ? [] : [{ uri, text }];
  });
  if (files.length === 0) return null;
  return loadModule(
    dir,
    files.toSorted((a, b) => compareText(a.uri, b.uri)),
    loading,
  );
}

interface AliasContext extends Importing {
  readonly module: Module | null;
}

function declareAlias(node: ImportNode, path: string, context: AliasContext): void {
  const { place, file, module, loading } = context;
  const last = path.split('/').findLast((part) => part !== '') ?? '';
  const name = node.alias?.text ?? last;
  const span = node.alias?.span ?? node.path.span;
  if (!/^[A-Za-z_][A-Za-z0-9_]*(-[A-Za-z0-9_]+)*$/.test(name)) {
    if (module === null) return;
    const help = [`give it a name: \`import "${path}" as name\``];
    loading.reporter.report(place, problem('OCM2016', span, { path }, { help }));
    return;
  }
  if (file.aliases.has(name)) {
    loading.reporter.report(place, problem('OCM2006', span, { sort: 'import', name }));
    return;
  }
  file.aliases.set(name, { symbol: 'alias', name, span, place, module });
}

function plainText({ parts }: StringNode): string | null {
  const [only, ...more] = parts;
  return typeof only === 'string' && more.length === 0 ? only : null;
}

function findFleet(modules: readonly Module[], { report }: Reporter): FleetSymbol | null {
  let found: FleetSymbol | null = null;
  for (const file of modules.flatMap(({ files }) => files)) {
    for (const { node, place } of file.decls) {
      if (node.kind !== 'fleet') continue;
      const { start } = node.span;
      if (found === null) found = { node, place, file };
      else report(place, problem('OCM2018', { start, end: start + 'fleet'.length }, {}));
    }
  }
  return found;
}
