import type { KubeObject } from '../../kube/object.ts';
import type { Action } from './controller.ts';

/** What became of one action. `retry` says whether trying again can help. */
export type Executed =
  /** `object` is the answer of the API server; null where what was deleted is gone for good. */
  | { readonly ok: true; readonly object?: KubeObject | null }
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
