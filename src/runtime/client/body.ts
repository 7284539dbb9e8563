import type { Readable } from 'node:stream';

const moments = ['readable', 'end', 'error', 'close'] as const;

/**
 * Reads the text of an answer piece by piece. Throws where the connection ended within it: an answer is never taken
 * for whole when it was cut.
 *
 * Not by the iterator of Node: `closed` of an HTTP/2 stream says that the server has sent all, which an answer that
 * comes in one turn has before anybody reads it, and the iterator takes that for closed too early.
 */
export async function* textOf(body: Readable): AsyncGenerator<string> {
  body.setEncoding('utf8');
  let wake = (): void => undefined;
  for (const moment of moments) body.on(moment, () => wake());
  try {
    for (;;) {
      const piece: string | null = body.destroyed ? null : body.read();
      if (piece !== null) yield piece;
      else if (body.readableEnded) return;
      else if (body.destroyed) throw body.errored ?? new Error('the answer was cut off');
      else {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    body.destroy();
  }
}
