import type { Compat } from '../predicate/scope.ts';

/** How a step of scheduling went (ocm `pkg/placement/controllers/framework/interface.go`). */
export interface ScheduleStatus {
  /** `Misconfigured` and `Error` end the pipeline without decisions; a `Warning` goes on. */
  readonly code: 'Success' | 'Warning' | 'Error' | 'Misconfigured';
  /** The filter or prioritizer that speaks; empty for weights and groups. */
  readonly plugin: string;
  readonly message: string;
}

export const success: ScheduleStatus = { code: 'Success', plugin: '', message: '' };

/** What two steps say together: a warning after a warning adds to it; upstream keeps either. */
export function added(
  before: ScheduleStatus,
  next: ScheduleStatus,
  compat: Compat,
): ScheduleStatus {
  if (compat === 'upstream' || before.code !== 'Warning') return next;
  const plugin = `${before.plugin}, ${next.plugin}`;
  return { code: next.code, plugin, message: `${before.message}; ${next.message}` };
}

/** A placement that says something impossible. */
export function misconfigured(plugin: string, message: string): ScheduleStatus {
  return { code: 'Misconfigured', plugin, message };
}
