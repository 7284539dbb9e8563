import { locateRealParts } from '../../scripts/real-parts/find.mjs';

/** The programs that tests run for real, as paths; one that this machine does not have is absent. */
export interface RealParts {
  readonly kubeApiserver?: string;
  readonly etcd?: string;
  readonly kubectl?: string;
  readonly opa?: string;
  readonly helm?: string;
  /** Upstream's own resolver of policy templates (scripts/real-parts/templates). */
  readonly resolveTemplates?: string;
  /** Upstream's own placement scheduler and controller (scripts/real-parts/placement). */
  readonly upstreamPlacement?: string;
  /** Upstream's integration suite for a placement controller of another process. */
  readonly placementSuite?: string;
  /** Upstream's own placement controller over the cases of a conformance suite. */
  readonly upstreamCases?: string;
  /** Upstream's registration controller and agent. */
  readonly upstreamRegistration?: string;
  /** Upstream's placement controller as its release builds it. */
  readonly upstreamPlacementController?: string;
  /** Upstream's work controller and agent. */
  readonly upstreamWork?: string;
  /** Prints the accounts and rights that upstream's operators give those (scripts/real-parts/ocm). */
  readonly upstreamRights?: string;
  /** A program of the project over client-go and controller-runtime (scripts/real-parts/clients). */
  readonly kubeClients?: string;
}

/** Finds the real parts in KUBEBUILDER_ASSETS or the cache of scripts/real-parts.mjs, null where there are none. */
export function findRealParts(): RealParts | null {
  const parts = Object.fromEntries(
    Object.entries(locateRealParts()).map(([name, path]) => [camelCase(name), path]),
  );
  return Object.keys(parts).length === 0 ? null : parts;
}

/** What of `wanted` is missing, as a suffix for the name of a test that skips; empty when nothing is. */
export function missingRealParts(...wanted: readonly (keyof RealParts)[]): string {
  const parts = findRealParts() ?? {};
  const missing = wanted.filter((name) => parts[name] === undefined);
  return missing.length === 0
    ? ''
    : ` (skipped, no ${missing.join(', ')}: node scripts/real-parts.mjs)`;
}

function camelCase(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
