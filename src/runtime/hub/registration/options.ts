import type { Instant } from '../../../base/instant.ts';

/** How the hub registers clusters. */
export interface RegistrationOptions {
  /** Users whose first certificate requests are approved, and whose clusters are accepted, without an administrator. */
  readonly autoApprovedUsers?: readonly string[];
  /** Labels put on everything the hub makes for a cluster. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Reproduces upstream's faults (semantics/registration.md, section 12). */
  readonly compat?: 'upstream';
  /** When the process started (now where absent): what was missed while the hub itself was away is held against no cluster. */
  readonly startedAt?: Instant;
}

/** Who applies what the hub makes for a cluster. */
export const fieldManager = 'ocm-registration';
