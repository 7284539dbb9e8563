import type { Credentials } from './credentials.ts';
import type { FetchOptions } from './http.ts';
import type { Tree } from './tree.ts';

/** What was fetched, and what it resolved to. */
export interface Fetched {
  readonly resolved: string;
  readonly tree: Tree;
}
/** How sources are reached. */
export type Network = Omit<FetchOptions, 'limit' | 'headers' | 'authorization'> & {
  readonly credentials: Credentials;
};
/** A chart as a source names it. */
export interface ChartSource {
  readonly chart: string;
  readonly version: string | null;
}

/** An archive with the version and the digest its server tells of it. */
export interface Archive {
  readonly version: string;
  readonly archive: Buffer;
  readonly expected: string | null;
}
