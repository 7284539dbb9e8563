import { base64Encode, utf8Encode } from '../base/bytes.ts';
import { maxNesting, nestingOf } from './nesting.ts';
import { chunk, type Line } from './parts/chunks.ts';
import { headerTexts } from './parts/header.ts';
import { lineBytes, maxDataBytes, partObject, type SealedPart, seal } from './parts/part.ts';
import { declText } from './parts/relative.ts';
import { type IrDecl, type IrProgram, irVersion } from './program.ts';
import { maxParts, maxProgramBytes, type PartRef, type ProgramPart } from './program-object.ts';

export interface EncodeOptions {
  /** Of the parts; empty where the caller sets it later. */
  readonly namespace: string;
}

/** What a Program says of its parts, and the parts; or why the program is too large for them. */
export type Encoded =
  | {
      readonly ok: true;
      readonly irVersion: string;
      readonly parts: readonly PartRef[];
      readonly objects: readonly ProgramPart[];
    }
  | { readonly ok: false; readonly why: string };

// Cuts come soon after the minimum, so most parts are between this and twice this: an edit rewrites little, and the
// list of parts of a large program stays short.
const minChunkBytes = 96 * 1024;

/** Writes a program as content-addressed parts; the same program always as the same parts. */
export function encode(program: IrProgram, { namespace }: EncodeOptions): Encoded {
  if (nestingOf(program, maxNesting) > maxNesting) {
    return { ok: false, why: `the program nests deeper than ${maxNesting} levels` };
  }
  const texts = { header: headerTexts(program), decls: declTexts(program.decls) };
  if (texts.decls === null) return tooLarge();
  const blobs: SealedPart[] = [];
  const header = chunked(texts.header.map((text) => lineOf(text, text)));
  const decls = chunked(
    texts.decls.map((text, at) => declLine(text, identityOf(program.decls[at]), blobs)),
  );
  const sealed = [
    ...header.map((data) => seal({ holds: 'header', data })),
    ...decls.map((data) => seal({ holds: 'decls', data })),
    ...blobs,
  ];
  const bytes = sealed.reduce((sum, { spec }) => sum + spec.data.length, 0);
  if (sealed.length > maxParts || bytes > maxProgramBytes) return tooLarge();
  // Parts of the same content are one object.
  const objects = new Map(sealed.map((part) => [part.ref.name, partObject(part, namespace)]));
  const parts = sealed.map(({ ref }) => ref);
  return { ok: true, irVersion, parts, objects: [...objects.values()] };
}

/** Each declaration as a text; null as soon as they are more than a program may have. */
function declTexts(decls: readonly IrDecl[]): readonly string[] | null {
  const texts: string[] = [];
  let length = 0;
  for (const decl of decls) {
    const text = declText(decl);
    length += text.length;
    if (length > maxProgramBytes) return null;
    texts.push(text);
  }
  return texts;
}

function tooLarge(): Encoded {
  const most = maxProgramBytes / 1024 / 1024;
  return {
    ok: false,
    why: `the program is too large: at most ${most} MiB in ${maxParts} parts fit`,
  };
}

function chunked(lines: readonly Line[]): string[] {
  const limits = { min: minChunkBytes, max: maxDataBytes };
  return chunk(lines, limits).map((of) => of.map(({ text }) => `${text}\n`).join(''));
}

function lineOf(text: string, identity: string): Line {
  return { text, bytes: lineBytes(text), identity };
}

// A declaration that is too large for a part becomes a line that names the parts its bytes lie in.
function declLine(text: string, identity: string, blobs: SealedPart[]): Line {
  const line = lineOf(text, identity);
  if (line.bytes <= maxDataBytes) return line;
  const pieces = blobsOf(text);
  blobs.push(...pieces);
  return lineOf(JSON.stringify({ blobs: pieces.map(({ ref }) => ref.name) }), identity);
}

function identityOf(decl: IrDecl | undefined): string {
  return decl === undefined ? '' : `${decl.kind}/${decl.namespace}/${decl.name}`;
}

function blobsOf(text: string): SealedPart[] {
  const bytes = utf8Encode(text);
  const size = Math.floor(maxDataBytes / 4) * 3;
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
    seal({ holds: 'blob', data: base64Encode(bytes.subarray(at * size, (at + 1) * size)) }),
  );
}
