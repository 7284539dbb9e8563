import type { Readable } from 'node:stream';

/**
 * Reads the text of an answer piece by piece. Throws where the connection ended within it: an answer is never taken
 * for whole when it was cut.
 */
export async function* textOf(body: Readable): AsyncGenerator<string> {
  body.setEncoding('utf8');
  try {
    for await (const chunk of body) yield chunk as string;
  } catch (error) {
    // Node's iterator calls an HTTP/2 stream closed too early when its end and its close come in one turn, although
    // everything was read (about one answer in a hundred under load).
    if (!body.readableEnded) throw error;
  }
}
