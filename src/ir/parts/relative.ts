import type { IrDecl, Origin } from '../program.ts';

/**
 * A declaration as one JSON text in which places are relative to where it begins, so that text inserted above it
 * leaves it as it is. A place in its own file becomes `[from its start, length]`; any other list that stands under
 * the key `origin` (in a user's manifest) is wrapped in a list of one, so that none is taken for a place.
 */
export function declText(decl: IrDecl): string {
  const { file, span } = decl.origin;
  return JSON.stringify(decl, (key, value: unknown) => {
    if (key !== 'origin') return value;
    if (Array.isArray(value)) return [value];
    if (!isOrigin(value) || value.file !== file) return value;
    return [value.span.start - span.start, value.span.end - value.span.start];
  });
}

/** The inverse of `declText`. `parsed` was made by `JSON.parse` and belongs to the caller: it is changed in place. */
export function restoreOrigins(parsed: unknown, file: number, start: number): unknown {
  const open: unknown[] = [parsed];
  for (let of = open.pop(); of !== undefined; of = open.pop()) {
    if (typeof of !== 'object' || of === null) continue;
    if (!Array.isArray(of) && Object.hasOwn(of, 'origin')) {
      const holder = of as { origin: unknown };
      holder.origin = restored(holder.origin, file, start);
    }
    for (const value of Object.values(of)) if (typeof value === 'object') open.push(value);
  }
  return parsed;
}

function restored(origin: unknown, file: number, start: number): unknown {
  if (!Array.isArray(origin)) return origin;
  if (origin.length === 1) return origin[0];
  const [from, length] = origin;
  if (typeof from !== 'number' || typeof length !== 'number') return origin;
  return { file, span: { start: start + from, end: start + from + length } };
}

function isOrigin(value: unknown): value is Origin {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { file, span } = value as Partial<Origin>;
  if (typeof span !== 'object' || span === null || Object.keys(span).length !== 2) return false;
  return [file, span.start, span.end].every((at) => Number.isSafeInteger(at) && Number(at) >= 0);
}
