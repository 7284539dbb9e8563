import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { Span } from '../../base/span.ts';
import type { IrManifest } from '../../ir/program.ts';
import { parseYaml, type YamlDocument } from '../../kube/yaml.ts';
import { folderOf, resolvePath } from '../bind/path.ts';
import type { Checked } from '../check/checked.ts';
import { reportOn } from '../check/rules/rule.ts';
import { problem } from '../diagnostics.ts';
import type { Workspace } from '../workspace.ts';
import type { EmitContext } from './context.ts';

/** A `file(…)` of a block: its glob as written, and where. */
export interface FileSource {
  readonly block: Checked;
  readonly glob: string;
  readonly span: Span;
  /** Where the files are read, if not in the workspace as it is. */
  readonly workspace?: Workspace;
}

/** The objects of the files a source means, in the order of their names (Rule 50). Reports what cannot be used. */
export function manifestsOf(source: FileSource, context: EmitContext): readonly IrManifest[] {
  const { block, glob } = source;
  const path = resolvePath(folderOf(block.file.uri), glob);
  if (path === null) {
    reportOn(block, problem('OCM2015', source.span, { path: glob }), context.session);
    return [];
  }
  const isGlob = /[*?]/.test(path);
  const paths = isGlob ? context.session.workspace.list(path) : [path];
  return readPaths(paths, source, context);
}

/** The objects of some files, in their order. */
export function readPaths(
  paths: readonly string[],
  source: FileSource,
  context: EmitContext,
): readonly IrManifest[] {
  if (paths.length === 0) refuse(source, source.glob, 'no file matches', context);
  return paths.flatMap((each) => readFile(each, source, context));
}

/** Says why a file of a source cannot be used (OCM2035). */
export function refuse(
  source: FileSource,
  path: string,
  why: string,
  context: EmitContext,
  at?: Span,
): void {
  const { block, span } = source;
  const place = at === undefined ? [] : [{ file: path, span: at, text: 'here' }];
  const found = problem('OCM2035', span, { path, problem: why }, { secondary: place });
  reportOn(block, found, context.session);
}

function readFile(path: string, source: FileSource, context: EmitContext): readonly IrManifest[] {
  const text = (source.workspace ?? context.session.workspace).read(path);
  if (text === null) {
    refuse(source, path, 'there is no such file, or it cannot be read', context);
    return [];
  }
  return objectsOfText({ path, text }, source, context);
}

/** The objects of a text that was read. */
export function objectsOfText(
  { path, text }: { readonly path: string; readonly text: string },
  source: FileSource,
  context: EmitContext,
): readonly IrManifest[] {
  const read = parseYaml(text, 'kubernetes');
  if (!read.ok) {
    const at = { start: read.offset, end: read.offset };
    refuse(source, path, `${read.message} (line ${lineOf(text, read.offset)})`, context, at);
    return [];
  }
  const file = context.indexOf(path, text);
  return read.documents.flatMap((document) => {
    const { start, end } = document;
    return objectsIn(document, source, { path, text, context }).map(
      (object): IrManifest => ({
        origin: { file, span: { start, end } },
        object: { op: 'const', type: 'json', value: object },
      }),
    );
  });
}

interface Reading {
  readonly path: string;
  readonly text: string;
  readonly context: EmitContext;
}

/** The object of a document; a `List` is its items. */
function objectsIn(
  { value, start, end }: YamlDocument,
  source: FileSource,
  { path, text, context }: Reading,
): readonly JsonObject[] {
  if (value === null) return [];
  const items: readonly Json[] =
    isJsonObject(value) && value['kind'] === 'List' && Array.isArray(value['items'])
      ? (value['items'] as readonly Json[])
      : [value];
  const fault = items.map(faultOf).find((each) => each !== null);
  if (fault === undefined) return items.filter(isJsonObject);
  const why = `a document is no Kubernetes object: ${fault} (line ${lineOf(text, start)})`;
  refuse(source, path, why, context, { start, end });
  return [];
}

function faultOf(value: Json): string | null {
  if (!isJsonObject(value)) return 'it is not a mapping';
  if (typeof value['apiVersion'] !== 'string') return 'it has no `apiVersion`';
  if (typeof value['kind'] !== 'string') return 'it has no `kind`';
  const { metadata } = value;
  if (!isJsonObject(metadata) || typeof metadata['name'] !== 'string') {
    return 'it has no `metadata.name`';
  }
  return null;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
