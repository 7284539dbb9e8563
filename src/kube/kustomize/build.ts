import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { parseYaml } from '../yaml.ts';
import { combined, generated, withHash } from './generate.ts';
import { gvkOf, type Item, idOf, itemOf } from './item.ts';
import {
  type Generator,
  type Kustomization,
  type PatchEntry,
  readKustomization,
  type Unusable,
} from './kustomization.ts';
import { patched } from './patch.ts';
import { followNames } from './references.ts';
import {
  annotated,
  inNamespace,
  labelled,
  renamed,
  withImages,
  withReplicas,
} from './transform.ts';

/** Files a kustomization may read; paths have `/` between, without `.` or `..`. */
export interface KustomizeFiles {
  /** null: there is no such file. */
  readonly read: (path: string) => string | null;
  /** The path a relative one means from a folder; null where it leaves what may be read. */
  readonly resolve: (folder: string, path: string) => string | null;
}

/** What a kustomization makes, or why it cannot be used and which file says so. */
export type Kustomized =
  | { readonly ok: true; readonly objects: readonly JsonObject[] }
  | { readonly ok: false; readonly path: string; readonly problem: string };

/** Names a kustomization file may have. */
export const kustomizationNames = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
] as const;

/** Folders within each other; more is a circle, or meant to be one. */
const maxDepth = 32;
/** Objects one kustomization may make. */
const maxObjects = 10_000;

/** What `kubectl kustomize` makes of a folder, for the fields that are common; any other field is refused. */
export function kustomize(folder: string, files: KustomizeFiles): Kustomized {
  const build = new Build(files);
  const items = build.folder(folder, [], 0);
  if (build.failure !== null) return { ok: false, ...build.failure };
  const named = items.map(withHash);
  return { ok: true, objects: followNames(items, named).map(({ object }) => object) };
}

class Build {
  readonly #files: KustomizeFiles;
  failure: { readonly path: string; readonly problem: string } | null = null;

  constructor(files: KustomizeFiles) {
    this.#files = files;
  }

  #fail(path: string, problem: string): readonly Item[] {
    this.failure ??= { path, problem };
    return [];
  }

  /** The items of a folder; those of a component are made of what is there already. */
  folder(folder: string, there: readonly Item[], depth: number): readonly Item[] {
    if (this.failure !== null) return [];
    if (depth > maxDepth)
      return this.#fail(folder, `more than ${maxDepth} folders within each other`);
    const path = kustomizationNames
      .map((name) => inFolder(folder, name))
      .find((each) => this.#files.read(each) !== null);
    if (path === undefined) return this.#fail(folder, 'there is no kustomization.yaml');
    const document = this.#document(path);
    if (document === undefined) return [];
    const of = readKustomization(document);
    if ('problem' in of) return this.#fail(path, of.problem);
    if (of.kind === 'Component')
      return this.#transform(of, path, folder, this.#collect(of, path, folder, there, depth));
    return this.#transform(of, path, folder, this.#collect(of, path, folder, [], depth));
  }

  #collect(
    of: Kustomization,
    path: string,
    folder: string,
    there: readonly Item[],
    depth: number,
  ): readonly Item[] {
    let items = [...there];
    for (const resource of of.resources)
      items.push(...this.#resource(resource, path, folder, depth));
    for (const component of of.components) {
      const at = this.#files.resolve(folder, component);
      if (at === null) return this.#fail(path, `\`${component}\` cannot be read`);
      items = [...this.folder(at, items, depth + 1)];
    }
    if (items.length > maxObjects) return this.#fail(path, `more than ${maxObjects} objects`);
    const twice = findTwice(items);
    if (twice !== null) return this.#fail(path, `there are two of ${twice}`);
    return this.#generate(of, path, folder, items);
  }

  #resource(resource: string, path: string, folder: string, depth: number): readonly Item[] {
    if (this.failure !== null) return [];
    if (/^[a-z+]+:\/\/|^git@|\?ref=/.test(resource)) {
      const what = `\`${resource}\` is remote: fetch it with \`git(…)\` or \`file("https://…")\``;
      return this.#fail(path, what);
    }
    const at = this.#files.resolve(folder, resource);
    if (at === null) return this.#fail(path, `\`${resource}\` leaves what may be read`);
    const text = this.#files.read(at);
    if (text === null) {
      const isFolder = kustomizationNames.some(
        (name) => this.#files.read(inFolder(at, name)) !== null,
      );
      return isFolder
        ? this.folder(at, [], depth + 1)
        : this.#fail(path, `\`${resource}\` cannot be read`);
    }
    return this.#documents(at, text).flatMap((document) => this.#objects(document, at));
  }

  #objects(document: Json, path: string): readonly Item[] {
    if (document === null) return [];
    if (!isJsonObject(document)) return this.#fail(path, 'a document is no Kubernetes object');
    if (document['kind'] === 'List' && Array.isArray(document['items'])) {
      return (document['items'] as readonly Json[]).flatMap((item) => this.#objects(item, path));
    }
    const isObject =
      typeof document['apiVersion'] === 'string' && typeof document['kind'] === 'string';
    if (!isObject || idOf(document).name === '') {
      return this.#fail(path, 'a document is no Kubernetes object with a name');
    }
    return [itemOf(document)];
  }

  #generate(
    of: Kustomization,
    path: string,
    folder: string,
    items: readonly Item[],
  ): readonly Item[] {
    let result = items;
    const all: readonly (readonly ['ConfigMap' | 'Secret', Generator])[] = [
      ...of.configMaps.map((each) => ['ConfigMap', each] as const),
      ...of.secrets.map((each) => ['Secret', each] as const),
    ];
    for (const [kind, generator] of all) {
      const read = (name: string): string | null => {
        const at = this.#files.resolve(folder, name);
        return at === null ? null : this.#files.read(at);
      };
      const made = generated(kind, generator, read);
      if ('problem' in made) return this.#fail(path, made.problem);
      const next = combined(result, made, generator.behavior);
      if ('problem' in next) return this.#fail(path, next.problem);
      result = next;
    }
    return result;
  }

  /** In the order of kustomize: patches, namespace, names, labels, annotations, JSON patches, replicas, images. */
  #transform(
    of: Kustomization,
    path: string,
    folder: string,
    collected: readonly Item[],
  ): readonly Item[] {
    let items = this.#patch(of.patches, path, folder, collected);
    const before = items;
    if (of.namespace !== null) items = inNamespace(items, of.namespace);
    if (of.namePrefix !== '' || of.nameSuffix !== '') items = renamed(items, of);
    items = followNames(before, items);
    for (const entry of of.labels) items = labelled(items, entry);
    items = annotated(items, of.commonAnnotations);
    items = this.#patch(of.patchesJson6902, path, folder, items);
    for (const { name, count } of of.replicas) {
      const scaled = withReplicas(items, name, count);
      if (scaled === null) return this.#fail(path, `\`replicas\`: there is nothing called ${name}`);
      items = scaled;
    }
    for (const image of of.images) items = withImages(items, image);
    return items;
  }

  #patch(
    entries: readonly PatchEntry[],
    path: string,
    folder: string,
    items: readonly Item[],
  ): readonly Item[] {
    let result = items;
    for (const entry of entries) {
      if (this.failure !== null) return [];
      const at = entry.path === null ? path : this.#files.resolve(folder, entry.path);
      const text = entry.path === null ? entry.patch : at === null ? null : this.#files.read(at);
      if (text === null || at === null) {
        return this.#fail(path, `the patch \`${entry.path ?? ''}\` cannot be read`);
      }
      const next: readonly Item[] | Unusable = patched(result, entry, this.#documents(at, text));
      if ('problem' in next) return this.#fail(at, next.problem);
      result = next;
    }
    return result;
  }

  #document(path: string): Json | undefined {
    const [document, ...more] = this.#documents(path, this.#files.read(path) ?? '');
    if (this.failure !== null) return undefined;
    if (document !== undefined && more.length === 0) return document;
    this.#fail(path, 'it has to hold one document');
    return undefined;
  }

  #documents(path: string, text: string): readonly Json[] {
    const read = parseYaml(text, 'kubernetes');
    if (read.ok) return read.documents.map(({ value }) => value);
    this.#fail(path, read.message);
    return [];
  }
}

/** A name in a folder; the root is an empty one. */
function inFolder(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Two objects of one kind, name and namespace: which of them is meant nobody can say. */
function findTwice(items: readonly Item[]): string | null {
  const seen = new Set<string>();
  for (const { object } of items) {
    const { group, kind } = gvkOf(object);
    const { name, namespace } = idOf(object);
    const key = JSON.stringify([group, kind, namespace, name]);
    if (seen.has(key)) return `${kind} ${name}`;
    seen.add(key);
  }
  return null;
}
