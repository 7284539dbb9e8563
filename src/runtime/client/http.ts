import type { Readable } from 'node:stream';

/** One HTTP request to the API server; `path` starts with a slash and holds the query. */
export interface TransportRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** Ends the request, and the body of its answer. */
  readonly signal?: AbortSignal;
}
export interface TransportResponse {
  readonly status: number;
  readonly body: Readable;
}

/** No answer: the server cannot be reached, is not who it should be, or went away under way. */
export class NoAnswer extends Error {
  /** The server has not looked at the request, and another connection may serve it at once. */
  readonly again: boolean;

  constructor(message: string, again = false) {
    super(message);
    this.again = again;
  }
}

/** What an error says, its cause included, for example a certificate nobody vouches for. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const inner = error instanceof AggregateError ? error.errors.map(messageOf).join('; ') : '';
  return error.message || inner || error.name;
}
