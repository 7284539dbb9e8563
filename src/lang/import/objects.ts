import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../base/json.ts';
import { serverFields } from '../../ir/lift/lift.ts';
import { type KubeObject, refKey, refOf } from '../../kube/object.ts';
import { commentsOf, type YamlPath } from '../../kube/yaml/outline.ts';
import { maxYamlDepth, parseYaml } from '../../kube/yaml.ts';
import { type Diagnostic, problem } from '../diagnostics.ts';
import type { SourceFile } from '../workspace.ts';

/** An object of a YAML text, and where it stands. */
export interface ReadObject {
  readonly object: KubeObject;
  readonly file: number;
  /** Offset of its document in the file. */
  readonly offset: number;
  readonly comments: readonly ObjectComment[];
  /** What an API server or a generator wrote and nobody means: it is left out. */
  readonly leftOut: readonly string[];
}

/** A comment, and the field of the object it is about. */
export interface ObjectComment {
  readonly text: string;
  readonly path: YamlPath;
  readonly place: 'before' | 'beside' | 'after';
}

/** The objects of YAML texts; what is none, or cannot be read exactly, is an error at its place. */
export interface ReadObjects {
  readonly objects: readonly ReadObject[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads the objects of texts as kubectl would: YAML 1.1, several documents, lists opened. */
export function readObjects(files: readonly SourceFile[]): ReadObjects {
  const objects: ReadObject[] = [];
  const diagnostics: Diagnostic[] = [];
  const seen = new Map<string, ReadObject>();
  files.forEach(({ uri, text }, file) => {
    const refuse = (offset: number, code: 'OCM6001' | 'OCM6002' | 'OCM6003', what: string) => {
      const span = { start: offset, end: Math.min(offset + 1, text.length) };
      diagnostics.push({ ...problem(code, span, { what }), file: uri });
    };
    const read = parseYaml(text, 'kubernetes');
    if (!read.ok) {
      refuse(read.offset, 'OCM6001', read.message);
      return;
    }
    const comments = commentsOf(text, maxYamlDepth);
    read.documents.forEach(({ value, start }, document) => {
      const own = comments.filter((each) => each.document === document);
      for (const { json, path } of opened(value)) {
        const why = whyNoObject(json);
        if (why !== null) {
          refuse(start, 'OCM6002', why);
          continue;
        }
        const about = own.flatMap(({ text: said, place, path: at }): readonly ObjectComment[] => {
          const isOwn = path.every((step, index) => at[index] === step);
          return isOwn ? [{ text: said, place, path: at.slice(path.length) }] : [];
        });
        const { object, leftOut } = meant(json as unknown as KubeObject);
        const one: ReadObject = { object, file, offset: start, comments: about, leftOut };
        const key = refKey(refOf(object));
        const before = seen.get(key);
        if (before === undefined) {
          seen.set(key, one);
          objects.push(one);
        } else if (!jsonEqual(before.object, object)) {
          refuse(start, 'OCM6003', `${object.kind} ${object.metadata.name}`);
        }
      }
    });
  });
  return { objects, diagnostics };
}

/** The objects of a document: itself, or the items of a list. */
function opened(value: Json): readonly { readonly json: Json; readonly path: YamlPath }[] {
  if (!isJsonObject(value) || typeof value['kind'] !== 'string') return [{ json: value, path: [] }];
  const { kind, apiVersion, items } = value;
  if (!kind.endsWith('List') || !Array.isArray(items)) return [{ json: value, path: [] }];
  const itemKind = kind.slice(0, -'List'.length);
  const given = itemKind === '' ? {} : { apiVersion, kind: itemKind };
  return (items as readonly Json[]).map((item, index) => ({
    json: isJsonObject(item) ? { ...given, ...item } : item,
    path: ['items', index],
  }));
}

function whyNoObject(value: Json): string | null {
  if (!isJsonObject(value)) return 'it is no mapping';
  const { apiVersion, kind, metadata } = value;
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'it has no `apiVersion`';
  if (typeof kind !== 'string' || kind === '') return 'it has no `kind`';
  if (!isJsonObject(metadata)) return 'it has no `metadata`';
  const { name } = metadata;
  if (name === undefined || name === null || name === '') return 'it has no `metadata.name`';
  if (typeof name !== 'string') {
    return `its name is ${JSON.stringify(name)}, which is no text: write it in quotes`;
  }
  const { namespace } = metadata;
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') {
    return `its namespace is ${JSON.stringify(namespace)}, which is no text: write it in quotes`;
  }
  return null;
}

/**
 * An object without what nobody wrote: of one that comes from an API server its status and what the server keeps in
 * metadata; of any other the empty `status` and `creationTimestamp` that Go's encoders add, and fields that are null
 * in its metadata.
 */
function meant(object: KubeObject): {
  readonly object: KubeObject;
  readonly leftOut: readonly string[];
} {
  const metadata = object.metadata as unknown as JsonObject;
  const isServed = metadata['uid'] !== undefined || metadata['resourceVersion'] !== undefined;
  const leftOut: string[] = [];
  const keptMetadata = Object.entries(metadata).filter(([key, value]) => {
    const isNone = value === null || (key === 'namespace' && value === '');
    const isLeft = isNone || (isServed && serverFields.has(key));
    if (isLeft) leftOut.push(`metadata.${key}`);
    return !isLeft;
  });
  const kept = Object.entries(object).filter(([key, value]) => {
    const isEmpty = isJsonObject(value) && Object.keys(value).length === 0;
    const isLeft = key === 'status' && (isServed || isEmpty || value === null);
    if (isLeft) leftOut.push(key);
    return !isLeft;
  });
  const cleaned = { ...Object.fromEntries(kept), metadata: Object.fromEntries(keptMetadata) };
  return { object: cleaned as unknown as KubeObject, leftOut };
}
