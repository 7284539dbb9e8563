import { jsonEqual } from '../../base/json.ts';
import { lift } from '../../ir/lift/lift.ts';
import { lower } from '../../ir/lower/lower.ts';
import { type KubeObject, refKey, refOf } from '../../kube/object.ts';
import { applyDefaults } from '../../kube/schema/defaults.ts';
import { schemaOf } from '../../kube/schema/definitions.ts';
import { compile } from '../compile.ts';
import { type Diagnostic, messageOf, problem, severityOf } from '../diagnostics.ts';
import { formatText } from '../format/format.ts';
import type { SourceFile } from '../workspace.ts';
import { placeComments } from './comments.ts';
import type { Rung } from './context.ts';
import { countsOf, type ImportCounts } from './counts.ts';
import { type ReadObject, readObjects } from './objects.ts';
import {
  type Item,
  itemsOf,
  namespaceOf,
  type PrintedModule,
  printModule,
  rungOf,
  stepDown,
  textOf,
  type Wanted,
} from './print.ts';

/** YAML texts to import; uris are what messages call them by. */
export interface ImportInput {
  readonly files: readonly SourceFile[];
}

/** Never throws on user text. `text` is null exactly when some diagnostic is an error. */
export interface Imported {
  readonly text: string | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly counts: ImportCounts;
  /** Objects that are not what the language would say best, and why. */
  readonly lowered: readonly LoweredObject[];
}

/** An object that went down the ladder. */
export interface LoweredObject {
  readonly object: string;
  /** What it is printed as. */
  readonly as: Rung;
  readonly why: string;
}

/**
 * Upstream YAML as source of the language, laid out. What is printed was compiled again and gave the same objects: where
 * it did not, the declaration went one step down (construct, templates as they are, `resource`), and what stands on no
 * step is an error (Rule 63).
 */
export function importYaml({ files }: ImportInput): Imported {
  const { objects, diagnostics } = readObjects(files);
  if (diagnostics.length > 0) {
    return { text: null, diagnostics, counts: countsOf([], [], []), lowered: [] };
  }
  const wanted = new Map(
    objects.map(({ object }, index) => [refKey(refOf(object)), { object, index }]),
  );
  const decls = lift(objects.map(({ object }) => object));
  const namespace = namespaceOf(decls);
  const items = itemsOf(decls, namespace);
  const reasons = new Map<Item, string>();
  for (;;) {
    const printed = printModule(items, wanted, namespace);
    const failed = failures(printed, wanted);
    if (failed.size === 0) {
      const refused = refusals(items, reasons, objects, files, wanted);
      const counts = countsOf(printed.entries, objects, items);
      const lowered = loweredOf(items, reasons);
      if (refused.length > 0) return { text: null, diagnostics: refused, counts, lowered };
      placeAll(printed, objects);
      const { text } = formatText(textOf(printed).text);
      return { text, diagnostics: [], counts, lowered };
    }
    for (const [item, why] of failed) {
      reasons.set(item, why);
      stepDown(item);
    }
  }
}

/** Items whose declarations do not compile to their objects, and why. */
function failures(
  printed: PrintedModule,
  wanted: ReadonlyMap<string, Wanted>,
): ReadonlyMap<Item, string> {
  const { text, starts } = textOf(printed);
  const failed = new Map<Item, string>();
  const ownerAt = (offset: number): Item | null => {
    const index = starts.findLastIndex((start) => start <= offset);
    return printed.owners[index] ?? null;
  };
  const blame = (item: Item | null, why: string): void => {
    const blamed = item === null ? printed.owners : [item];
    for (const each of blamed) if (each !== null && !failed.has(each)) failed.set(each, why);
  };
  const { program, diagnostics } = compile({ files: [{ uri: 'import.ocm', text }] });
  for (const diagnostic of diagnostics) {
    if (severityOf(diagnostic) !== 'error') continue;
    blame(ownerAt(diagnostic.span.start), `${diagnostic.code}: ${messageOf(diagnostic)}`);
  }
  if (program === null) return failed;
  const made = new Map<string, KubeObject>();
  for (const { object, origin } of lower(program).objects) {
    const key = refKey(refOf(object));
    made.set(key, object);
    if (!wanted.has(key)) blame(ownerAt(origin.span.start), `it would become ${key} as well`);
  }
  for (const item of printed.owners) {
    if (item === null || rungOf(item) === 'refused') continue;
    for (const key of item.keys) {
      const want = wanted.get(key)?.object;
      const have = made.get(key);
      if (want !== undefined && (have === undefined || !isSame(have, want))) {
        blame(item, 'it would become something else');
      }
    }
  }
  return failed;
}

/** The same object, or the same once an API server has filled in what its schema says. */
function isSame(made: KubeObject, wanted: KubeObject): boolean {
  if (jsonEqual(made, wanted)) return true;
  const schema = schemaOf(refOf(wanted));
  return (
    schema !== undefined && jsonEqual(applyDefaults(schema, made), applyDefaults(schema, wanted))
  );
}

function refusals(
  items: readonly Item[],
  reasons: ReadonlyMap<Item, string>,
  objects: readonly ReadObject[],
  files: readonly SourceFile[],
  wanted: ReadonlyMap<string, Wanted>,
): readonly Diagnostic[] {
  return items.flatMap((item) => {
    if (rungOf(item) !== 'refused') return [];
    const read = objects[wanted.get(item.keys[0] ?? '')?.index ?? 0];
    const file = files[read?.file ?? 0]?.uri ?? '';
    const start = read?.offset ?? 0;
    const params = {
      object: `${read?.object.kind ?? ''} ${item.decl.name}`,
      why: reasons.get(item) ?? 'no kind can be declared for it',
    };
    return [{ ...problem('OCM6004', { start, end: start + 1 }, params), file }];
  });
}

function loweredOf(
  items: readonly Item[],
  reasons: ReadonlyMap<Item, string>,
): readonly LoweredObject[] {
  return items.flatMap((item) => {
    const { decl, step } = item;
    if (step === 0) return [];
    const why = reasons.get(item) ?? 'it has no other form';
    return [{ object: `${decl.kind} ${decl.name}`, as: rungOf(item), why }];
  });
}

function placeAll({ entries }: PrintedModule, objects: readonly ReadObject[]): void {
  const remarks = objects.flatMap(({ comments }, object) =>
    comments.map((comment) => ({ ...comment, object })),
  );
  placeComments(entries, remarks);
}
