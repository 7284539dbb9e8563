/** How a step of scheduling went (ocm `pkg/placement/controllers/framework/interface.go`). */
export interface ScheduleStatus {
  /** `Misconfigured` and `Error` end the pipeline without decisions; a `Warning` goes on. */
  readonly code: 'Success' | 'Warning' | 'Error' | 'Misconfigured';
  /** The filter or prioritizer that speaks; empty for weights and groups. */
  readonly plugin: string;
  readonly message: string;
}

export const success: ScheduleStatus = { code: 'Success', plugin: '', message: '' };

/** A placement that says something impossible. */
export function misconfigured(plugin: string, message: string): ScheduleStatus {
  return { code: 'Misconfigured', plugin, message };
}
