import { isJsonObject, jsonEqual } from '../../base/json.ts';
import { lift } from '../../ir/lift/lift.ts';
import { lower } from '../../ir/lower/lower.ts';
import type { IrDecl } from '../../ir/program.ts';
import { type KubeObject, refKey, refOf } from '../../kube/object.ts';
import { applyDefaults } from '../../kube/schema/defaults.ts';
import { schemaOf } from '../../kube/schema/definitions.ts';
import type { YamlPath } from '../../kube/yaml/outline.ts';
import { compile } from '../compile.ts';
import { type Diagnostic, messageOf, problem, severityOf } from '../diagnostics.ts';
import { formatText } from '../format/format.ts';
import type { SourceFile } from '../workspace.ts';
import { placeComments } from './comments.ts';
import type { Rung } from './context.ts';
import { countsOf, type ImportCounts } from './counts.ts';
import { type Item, itemsInFiles, itemsInOne, rungOf, stepDown } from './items.ts';
import { type ReadObject, readObjects } from './objects.ts';
import { type PrintedUnit, printUnits, textOf, type Wanted } from './print.ts';
import type { Entry } from './tree.ts';

/** YAML texts to import; uris are what messages call them by. */
export interface ImportInput {
  readonly files: readonly SourceFile[];
  /**
   * Names, without ending, of the files to write, one for each of `files`; what is in another namespace than most of its
   * file gets a file of its own. Without it all is one file.
   */
  readonly names?: readonly string[];
  /** Whether templates become typed expressions where those mean the same (language.md §6). */
  readonly raise?: boolean;
}

/** Never throws on user text. `files` is null exactly when some diagnostic is an error. */
export interface Imported {
  /** The files of one module, formatted. */
  readonly files: readonly SourceFile[] | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly counts: ImportCounts;
  /** Declarations that are not what the language would say best, and why. */
  readonly lowered: readonly LoweredItem[];
}

/** A declaration that went down the ladder. */
export interface LoweredItem {
  /** For example `placement web`. */
  readonly what: string;
  /** What it is printed as. */
  readonly as: Rung;
  readonly why: string;
}

/**
 * Upstream YAML as source of the language, formatted. What is printed was compiled again and gave the same objects: where
 * it did not, the declaration went a step down (construct, templates as they are, `resource`), and what stands on no step
 * is an error (Rule 63).
 */
export function importYaml({ files, names, raise }: ImportInput): Imported {
  const { objects, diagnostics } = readObjects(files);
  if (diagnostics.length > 0) {
    return { files: null, diagnostics, counts: countsOf([], [], []), lowered: [] };
  }
  const wanted = new Map(
    objects.map(({ object }, index) => [refKey(refOf(object)), { object, index }]),
  );
  const decls = lift(objects.map(({ object }) => object));
  const items =
    names === undefined
      ? itemsInOne(decls, 'main.ocm')
      : itemsInFiles(decls, fileFinder(objects), names);
  if (raise === true) for (const item of items) item.raise = item.decl.kind === 'policy';
  const reasons = new Map<Item, string>();
  for (;;) {
    const units = printUnits(items, wanted);
    const failed = failures(units, wanted);
    if (failed.size === 0) return finish({ units, items, reasons, objects, files, wanted });
    for (const [item, why] of failed) {
      reasons.set(item, why);
      stepDown(item);
    }
  }
}

/** The file a declaration was read from. */
function fileFinder(objects: readonly ReadObject[]): (decl: IrDecl) => number {
  const files = new Map(
    objects.map(({ object: { kind, metadata }, file }) => [
      JSON.stringify([kind, metadata.namespace ?? '', metadata.name]),
      file,
    ]),
  );
  return (decl) => {
    const own = decl.kind === 'resource' ? String(decl.object['kind']) : kindOf[sortOf(decl)];
    return files.get(JSON.stringify([own, decl.namespace, decl.name])) ?? 0;
  };
}

function sortOf(decl: IrDecl): string {
  return decl.kind === 'app' ? (decl.via ?? decl.kind) : decl.kind;
}

const kindOf: Readonly<Record<string, string>> = {
  clusterset: 'ManagedClusterSet',
  binding: 'ManagedClusterSetBinding',
  placement: 'Placement',
  policy: 'Policy',
  policyset: 'PolicySet',
  addon: 'ClusterManagementAddOn',
  replicaset: 'ManifestWorkReplicaSet',
  argocd: 'ApplicationSet',
  subscription: 'Channel',
};

interface Finished {
  readonly units: readonly PrintedUnit[];
  readonly items: readonly Item[];
  readonly reasons: ReadonlyMap<Item, string>;
  readonly objects: readonly ReadObject[];
  readonly files: readonly SourceFile[];
  readonly wanted: ReadonlyMap<string, Wanted>;
}

function finish(finished: Finished): Imported {
  const { units, items, reasons, objects } = finished;
  const entries = units.flatMap((unit) => unit.entries);
  const counts = countsOf(entries, objects, items);
  const lowered = items.flatMap((item): readonly LoweredItem[] => {
    const { decl, step } = item;
    if (step === 0) return [];
    const why = reasons.get(item) ?? 'it has no other form';
    return [{ what: `${decl.kind} ${decl.name}`, as: rungOf(item), why }];
  });
  const diagnostics = refusals(finished);
  if (diagnostics.length > 0) return { files: null, diagnostics, counts, lowered };
  const remarks = objects.flatMap(({ comments }, object) =>
    comments.map((comment) => ({ ...comment, object })),
  );
  for (const { object, text } of placeComments(entries, remarks)) {
    entryOf(object, finished)?.before.push(text);
  }
  const files = units.map((unit) => ({
    uri: unit.unit.name,
    text: formatText(textOf(unit).text).text,
  }));
  return { files, diagnostics: [], counts, lowered };
}

/** The declaration an object went into, where nothing of its own was printed: a binding that became `on`. */
function entryOf(
  index: number,
  { units, items, objects }: Pick<Finished, 'units' | 'items' | 'objects'>,
): Entry | undefined {
  const object = objects[index]?.object;
  const key = object === undefined ? '' : refKey(refOf(object));
  const item = items.find(({ keys }) => keys.includes(key));
  const owned = units.flatMap(({ entries, owners }) =>
    entries.filter((_, at) => owners[at] === item),
  );
  return owned[0] ?? units[0]?.entries.findLast(({ block }) => block);
}

/** Items whose declarations do not compile to their objects, and why. */
function failures(
  units: readonly PrintedUnit[],
  wanted: ReadonlyMap<string, Wanted>,
): ReadonlyMap<Item, string> {
  const failed = new Map<Item, string>();
  const texts = units.map((unit) => ({ ...unit, ...textOf(unit) }));
  const blame = blamer(texts, failed);
  const files = texts.map(({ unit, text }) => ({ uri: unit.name, text }));
  const { program, diagnostics } = compile({ files });
  for (const diagnostic of diagnostics) {
    if (severityOf(diagnostic) !== 'error') continue;
    const why = `${diagnostic.code}: ${messageOf(diagnostic)}`;
    blame(diagnostic.file, diagnostic.span.start, why);
  }
  if (program === null) return failed;
  const made = new Map<string, KubeObject>();
  for (const { object, origin } of lower(program).objects) {
    const key = refKey(refOf(object));
    made.set(key, object);
    if (wanted.has(key)) continue;
    const file = program.files[origin.file]?.uri ?? '';
    blame(file, origin.span.start, `it would become ${key} as well`);
  }
  for (const item of units.flatMap((unit) => unit.owners)) {
    if (item !== null && !failed.has(item) && !isMade(item, made, wanted)) {
      failed.set(item, 'it would become something else');
    }
  }
  return failed;
}

/** Remembers why the declaration at a place fails; where there is none, all do. */
function blamer(
  units: readonly (PrintedUnit & { readonly starts: readonly number[] })[],
  failed: Map<Item, string>,
): (file: string, offset: number, why: string) => void {
  const byName = new Map(units.map((unit) => [unit.unit.name, unit]));
  return (file, offset, why) => {
    const unit = byName.get(file);
    const index = unit?.starts.findLastIndex((start) => start <= offset) ?? -1;
    const owner = unit?.owners[index] ?? null;
    for (const each of owner === null ? units.flatMap(({ owners }) => owners) : [owner]) {
      if (each !== null && !failed.has(each)) failed.set(each, why);
    }
  };
}

/** Whether all objects of an item came out as they were. */
function isMade(
  item: Item,
  made: ReadonlyMap<string, KubeObject>,
  wanted: ReadonlyMap<string, Wanted>,
): boolean {
  return item.keys.every((key) => {
    const want = wanted.get(key)?.object;
    if (want === undefined) return true;
    const have = made.get(key);
    return have !== undefined && isSame(...unraised(item, have, want));
  });
}

/** Two objects without the values of raised templates: in the one they are as written, in the other as compiled. */
function unraised(item: Item, made: KubeObject, wanted: KubeObject): [KubeObject, KubeObject] {
  if (item.raised.size === 0 || wanted.kind !== 'Policy') return [made, wanted];
  const paths = [...item.raised.values()];
  return [masked(made, paths), masked(wanted, paths)];
}

function masked(object: KubeObject, paths: readonly YamlPath[]): KubeObject {
  return paths.reduce<unknown>((of, path) => maskedAt(of, path), object) as KubeObject;
}

function maskedAt(value: unknown, [key, ...rest]: YamlPath): unknown {
  if (key === undefined) return typeof value === 'string' && value.includes('{{') ? '{{}}' : value;
  if (Array.isArray(value)) {
    return value.map((item, index) => (index === key ? maskedAt(item, rest) : item));
  }
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return value;
  return { ...value, [key]: maskedAt(value[key], rest) };
}

/** The same object, or the same once an API server has filled in what its schema says. */
function isSame(made: KubeObject, wanted: KubeObject): boolean {
  if (jsonEqual(made, wanted)) return true;
  const schema = schemaOf(refOf(wanted));
  return (
    schema !== undefined && jsonEqual(applyDefaults(schema, made), applyDefaults(schema, wanted))
  );
}

function refusals({
  items,
  reasons,
  objects,
  files,
  wanted,
}: Finished): readonly Diagnostic<'OCM6004'>[] {
  return items.flatMap((item) => {
    if (rungOf(item) !== 'refused') return [];
    const read = objects[wanted.get(item.keys[0] ?? '')?.index ?? 0];
    const file = files[read?.file ?? 0]?.uri ?? '';
    const start = read?.offset ?? 0;
    const object = `${read?.object.kind ?? ''} ${item.decl.name}`;
    const why = reasons.get(item) ?? 'no kind can be declared for it';
    return [{ ...problem('OCM6004', { start, end: start + 1 }, { object, why }), file }];
  });
}
