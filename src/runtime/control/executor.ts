import type { Action } from './controller.ts';

/** What became of one action. `retry` says whether trying again can help. */
export type Executed =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly retry: 'now' | 'backoff' | 'never';
      readonly status: number;
      readonly reason: string;
      readonly why: string;
    };

/** Does actions. One implementation per world: the only code that writes. */
export interface Executor {
  readonly execute: (action: Action, signal: AbortSignal) => Promise<Executed>;
}
