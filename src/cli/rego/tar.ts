const block = 512;

/** The content of a file in a tar archive; null where it has none of that name. */
export function fileIn(archive: Uint8Array, name: string): Uint8Array | null {
  for (let at = 0; at + block <= archive.length; ) {
    const here = text(archive, at, 100);
    if (here === '') return null;
    const size = Number.parseInt(text(archive, at + 124, 12), 8);
    if (!Number.isInteger(size) || size < 0) return null;
    const start = at + block;
    if (here === name || `/${here}` === name) return archive.slice(start, start + size);
    at = start + Math.ceil(size / block) * block;
  }
  return null;
}

function text(archive: Uint8Array, from: number, length: number): string {
  const field = archive.subarray(from, from + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end)).trim();
}
