import { base64Decode, utf8Decode } from '../base/bytes.ts';
import { readHeader } from './parts/header.ts';
import { hashOf } from './parts/part.ts';
import { restoreOrigins } from './parts/relative.ts';
import { type IrProgram, irVersion } from './program.ts';
import {
  maxParts,
  maxProgramBytes,
  type PartRef,
  type ProgramPart,
  type ProgramPartSpec,
} from './program-object.ts';
import { validateIr } from './validate.ts';

/** What a Program says of its parts. */
export interface EncodedProgram {
  readonly irVersion: string;
  readonly parts: readonly PartRef[];
}

/**
 * The program; or the parts that are not there (yet), by name; or why what is there is no program. Nothing in a part is
 * believed: its hash, its form and the whole program are checked.
 */
export type Decoded =
  | { readonly state: 'ok'; readonly program: IrProgram }
  | { readonly state: 'missing'; readonly parts: readonly string[] }
  | { readonly state: 'corrupt'; readonly part: string | null; readonly why: string };

/** Reads a program from its parts, which `getPart` finds by name in the Program's namespace. Never throws. */
export function decode(
  spec: EncodedProgram,
  getPart: (name: string) => ProgramPart | undefined,
): Decoded {
  if (spec.irVersion !== irVersion) {
    return corrupt(
      null,
      `the IR is \`${spec.irVersion}\`, and only \`${irVersion}\` is known here`,
    );
  }
  if (spec.parts.length > maxParts) return corrupt(null, `more than ${maxParts} parts`);
  const found = spec.parts.map(({ name }) => getPart(name)?.spec);
  const missing = spec.parts.filter((_, at) => found[at] === undefined).map(({ name }) => name);
  if (missing.length > 0) return { state: 'missing', parts: [...new Set(missing)] };
  const parts: Part[] = [];
  let bytes = 0;
  for (const [at, { name, sha256 }] of spec.parts.entries()) {
    const part = found[at];
    if (!isPartSpec(part) || hashOf(part) !== sha256)
      return corrupt(name, 'its content is not what its hash says');
    bytes += part.data.length;
    if (bytes > maxProgramBytes) return corrupt(name, 'the program is too large');
    parts.push({ name, ...part });
  }
  return assemble(parts);
}

interface Part extends ProgramPartSpec {
  readonly name: string;
}

function assemble(parts: readonly Part[]): Decoded {
  const header: unknown[] = [];
  const decls: unknown[] = [];
  const blobs = new Map(parts.filter(({ holds }) => holds === 'blob').map((of) => [of.name, of]));
  for (const { name, holds, data } of parts) {
    if (holds === 'blob') continue;
    const lines = linesOf(data);
    if (lines === null) return corrupt(name, 'a line of it is no JSON');
    (holds === 'header' ? header : decls).push(...lines);
  }
  const head = readHeader(header);
  if (head === null) return corrupt(null, 'the header is none');
  if (head.starts.length !== decls.length) {
    return corrupt(
      null,
      `the header has ${head.starts.length} declarations, the parts ${decls.length}`,
    );
  }
  const read: unknown[] = [];
  for (const [at, { file, start }] of head.starts.entries()) {
    const decl = declOf(decls[at], blobs);
    if (decl === undefined) return corrupt(null, `declaration ${at} is not in its parts`);
    read.push(restoreOrigins(decl, file, start));
  }
  const validation = validateIr({ irVersion, files: head.files, decls: read });
  if (validation.ok) return { state: 'ok', program: validation.program };
  const [first] = validation.errors;
  return corrupt(null, `${first?.path ?? ''} ${first?.message ?? ''}`.trim());
}

/** The declaration of one line; undefined where the parts it refers to do not give one. */
function declOf(line: unknown, blobs: ReadonlyMap<string, Part>): unknown {
  const names = blobNames(line);
  if (names === null) return line;
  const bytes: Uint8Array[] = [];
  for (const name of names) {
    const piece = base64Decode(blobs.get(name)?.data ?? '?');
    if (piece === null) return undefined;
    bytes.push(piece);
  }
  const text = utf8Decode(joined(bytes));
  return text === null ? undefined : parsed(text);
}

function blobNames(line: unknown): readonly string[] | null {
  if (typeof line !== 'object' || line === null || !Object.hasOwn(line, 'blobs')) return null;
  const { blobs } = line as { blobs: unknown };
  return Array.isArray(blobs) && blobs.every((name) => typeof name === 'string') ? blobs : null;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

function linesOf(data: string): unknown[] | null {
  const lines: unknown[] = [];
  for (const text of data.split('\n')) {
    if (text === '') continue;
    const line = parsed(text);
    if (line === undefined) return null;
    lines.push(line);
  }
  return lines;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isPartSpec(value: ProgramPartSpec | undefined): value is ProgramPartSpec {
  return typeof value?.data === 'string' && typeof value.holds === 'string';
}

function corrupt(part: string | null, why: string): Decoded {
  return { state: 'corrupt', part, why };
}
