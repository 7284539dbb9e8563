import type { Json } from '../../base/json.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where a process says what it does; `about` holds names and counts, never secrets. */
export type Log = (
  level: LogLevel,
  message: string,
  about?: Readonly<Record<string, Json | undefined>>,
) => void;

/** For tests, and for callers that do not want to hear. */
export const silent: Log = () => undefined;

/** Where our bugs end: what threw, in which controller (or index, or projection), for which key. */
export type OnError = (
  error: unknown,
  about: { readonly controller: string; readonly key: string },
) => void;
