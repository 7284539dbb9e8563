import type { Span } from '../../base/span.ts';
import type { Origin } from '../../ir/program.ts';
import type {
  AliasSymbol,
  BlockSymbol,
  Module,
  ModuleFile,
  PlacedDecl,
  Program,
  ValueSymbol,
} from '../bind/program.ts';
import { inFile, type Place, type Unit } from '../place.ts';
import type { Chunk } from '../syntax/parse.ts';
import { type Recorder, TrackedMap } from './tracked.ts';

/** A place that moves with its text. */
class MovingPlace implements Place {
  readonly unit: Unit;
  readonly chunk: Chunk;
  base: number;

  constructor(unit: Unit, chunk: Chunk, base: number) {
    this.unit = unit;
    this.chunk = chunk;
    this.base = base;
  }

  originOf(span: Span): Origin {
    const place = this;
    return {
      get file() {
        return place.unit.index;
      },
      get span() {
        return inFile(place, span);
      },
    };
  }
}

/** A file that stays the same thing while its text changes. */
interface LastingFile {
  readonly file: { -readonly [K in keyof ModuleFile]: ModuleFile[K] };
  places: readonly MovingPlace[];
  decls: ReadonlyMap<MovingPlace, readonly PlacedDecl[]>;
}

/** The parts of a program that last from check to check. */
export interface Lasting {
  /** Puts what was loaded in the place of what was there; unchanged declarations stay the same objects. */
  readonly adopt: (loaded: Program) => { readonly program: Program; readonly moved: boolean };
  /** Takes the symbols of unchanged values for the new ones. */
  readonly settleValues: (program: Program) => void;
}

/** What a program has to have in common with the one before for its parts to last. */
export function frameOf({ files, fleet }: Program): string {
  const parts = files.map(({ uri, namespace, aliases, module }) => {
    const imports = [...aliases.values()].map(({ name, module: to }) => `${name}=${to?.dir ?? ''}`);
    return [uri, namespace, module.dir, ...imports].join(' ');
  });
  return `${parts.join('\n')}\n${fleet === null ? '' : fleet.file.uri}`;
}

/** Starts with nothing; each program adopted has to have the same frame. */
export function startLasting(recorder: Recorder): Lasting {
  const modules = new Map<string, Module>();
  const files = new Map<string, LastingFile>();
  const values = new WeakMap<Place, Map<object, ValueSymbol>>();
  return {
    adopt: (loaded) => {
      let moved = false;
      for (const { dir } of loaded.modules) {
        const module = modules.get(dir) ?? emptyModule(dir, recorder);
        modules.set(dir, module);
        for (const table of module.blocks.values()) table.clear();
        module.blocks.clear();
        module.values.clear();
        module.files.length = 0;
      }
      const moduleOf = ({ dir }: Module): Module => modules.get(dir) ?? emptyModule(dir, recorder);
      for (const fresh of loaded.files) {
        const lasting = files.get(fresh.uri) ?? newFile(fresh, moduleOf(fresh.module), recorder);
        files.set(fresh.uri, lasting);
        if (replaceText(lasting, fresh)) moved = true;
        moduleOf(fresh.module).files.push(lasting.file);
      }
      const fileOf = ({ uri }: Unit): LastingFile => files.get(uri) as LastingFile;
      for (const fresh of loaded.files) settleAliases(fresh, fileOf(fresh), moduleOf);
      return { program: programOf(loaded, moduleOf, fileOf), moved };
    },
    settleValues: ({ modules: all }) => {
      for (const module of all) {
        for (const [name, symbol] of [...module.values]) {
          const known = values.get(symbol.place) ?? new Map<object, ValueSymbol>();
          values.set(symbol.place, known);
          const old = known.get(symbol.node);
          if (old === undefined) known.set(symbol.node, symbol);
          else module.values.set(name, old);
        }
      }
    },
  };
}

function emptyModule(dir: string, recorder: Recorder): Module {
  const tables = new Map<string, Map<string, BlockSymbol>>();
  return {
    dir,
    files: [],
    values: new TrackedMap(recorder),
    blocks: new TrackedMap(recorder),
    tableFor: (head) => {
      const table = tables.get(head) ?? new TrackedMap<string, BlockSymbol>(recorder);
      tables.set(head, table);
      return table;
    },
  };
}

function newFile(fresh: ModuleFile, module: Module, recorder: Recorder): LastingFile {
  const file = { ...fresh, module, aliases: new TrackedMap<string, AliasSymbol>(recorder) };
  return { file, places: [], decls: new Map() };
}

/** True where some declaration that stays is at another place than before. */
function replaceText(lasting: LastingFile, fresh: ModuleFile): boolean {
  const { file } = lasting;
  const chunks = fresh.source.chunks;
  const before = lasting.places;
  const shorter = Math.min(before.length, chunks.length);
  let head = 0;
  while (head < shorter && before[head]?.chunk === chunks[head]?.chunk) head += 1;
  let tail = 0;
  while (
    tail < shorter - head &&
    before[before.length - 1 - tail]?.chunk === chunks[chunks.length - 1 - tail]?.chunk
  ) {
    tail += 1;
  }
  let moved = false;
  const places = chunks.map(({ start, chunk }, index): MovingPlace => {
    const back = chunks.length - index;
    const old =
      index < head ? before[index] : back <= tail ? before[before.length - back] : undefined;
    if (old === undefined) return new MovingPlace(file, chunk, start);
    if (old.base !== start) {
      moved = true;
      old.base = start;
    }
    return old;
  });
  const kept = new Map<MovingPlace, readonly PlacedDecl[]>();
  for (const place of places) {
    const known = lasting.decls.get(place);
    kept.set(place, known ?? place.chunk.decls.map((node) => ({ node, place })));
  }
  lasting.places = places;
  lasting.decls = kept;
  file.source = fresh.source;
  file.index = fresh.index;
  file.namespace = fresh.namespace;
  file.decls = places.flatMap((place) => kept.get(place) ?? []);
  return moved;
}

function settleAliases(
  fresh: ModuleFile,
  { file, places }: LastingFile,
  moduleOf: (module: Module) => Module,
): void {
  const before = new Map(file.aliases);
  file.aliases.clear();
  for (const alias of fresh.aliases.values()) {
    const place = places.find(({ base }) => base === alias.place.base) ?? alias.place;
    const old = before.get(alias.name);
    const module = alias.module === null ? null : moduleOf(alias.module);
    file.aliases.set(alias.name, old?.place === place ? old : { ...alias, place, module });
  }
}

function programOf(
  { root, modules, files, fleet }: Program,
  moduleOf: (module: Module) => Module,
  fileOf: (unit: Unit) => LastingFile,
): Program {
  const settled =
    fleet === null
      ? null
      : fileOf(fleet.file).file.decls.find(
          ({ node, place }) => node === fleet.node && place.base === fleet.place.base,
        );
  return {
    root: moduleOf(root),
    modules: modules.map(moduleOf),
    files: files.map((each) => fileOf(each).file),
    fleet:
      fleet === null || settled === undefined || settled === null
        ? null
        : { node: fleet.node, place: settled.place, file: fileOf(fleet.file).file },
  };
}
