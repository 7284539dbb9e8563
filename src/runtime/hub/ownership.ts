import { sha256Hex } from '../../base/hash.ts';
import type { IrDecl, IrProgram, Origin } from '../../ir/program.ts';
import { originAnnotation, ownedLabels, type ProgramObject } from '../../ir/program-object.ts';
import type { KubeObject } from '../../kube/object.ts';

/** Longest value of a label. */
const longest = 63;

/** A text as the value of a label: itself, or its beginning and a hash where it is too long. */
export function labelValue(text: string): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 11).replace(/[^A-Za-z0-9]+$/, '')}-${sha256Hex(text).slice(0, 10)}`;
}

/** The labels that make an object a Program's. */
export function ownerLabels(
  { metadata }: ProgramObject,
  decl: Pick<IrDecl, 'kind' | 'name'>,
): Readonly<Record<string, string>> {
  return {
    [ownedLabels.program]: labelValue(metadata.name),
    [ownedLabels.programNamespace]: labelValue(metadata.namespace ?? ''),
    [ownedLabels.declaration]: labelValue(`${decl.kind}.${decl.name}`),
  };
}

/** Under which key of an index a Program's objects are found; what their labels say. */
export function ownerKey({ metadata }: ProgramObject): string {
  return `${labelValue(metadata.namespace ?? '')}/${labelValue(metadata.name)}`;
}

/** The `ownerKey` of an object's owner, undefined where it has none. */
export function ownerKeyOf({ metadata }: KubeObject): string | undefined {
  const program = metadata.labels?.[ownedLabels.program];
  const namespace = metadata.labels?.[ownedLabels.programNamespace];
  return program === undefined || namespace === undefined ? undefined : `${namespace}/${program}`;
}

/** `file:line:column` of a declaration, both from 1; the file alone where the program does not know its lines. */
export function originText({ files }: Pick<IrProgram, 'files'>, { file, span }: Origin): string {
  const source = files[file];
  if (source === undefined) return '';
  const line = lineAt(source.lineStarts, span.start);
  if (line < 0) return source.uri;
  return `${source.uri}:${line + 1}:${span.start - (source.lineStarts[line] ?? 0) + 1}`;
}

/** The annotation that points back at the declaration. */
export function originAnnotations(
  program: Pick<IrProgram, 'files'>,
  { origin }: Pick<IrDecl, 'origin'>,
): Readonly<Record<string, string>> {
  return { [originAnnotation]: originText(program, origin) };
}

/** The last line that starts at or before an offset, by bisection; -1 where there is none. */
function lineAt(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
