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
}

/** Finds the real parts in KUBEBUILDER_ASSETS or the cache of scripts/real-parts.mjs, null where there are none. */
export function findRealParts(): RealParts | null {
  const {
    'kube-apiserver': kubeApiserver,
    'resolve-templates': resolveTemplates,
    'upstream-placement': upstreamPlacement,
    'placement-suite': placementSuite,
    ...others
  } = locateRealParts();
  const parts = {
    ...(kubeApiserver === undefined ? {} : { kubeApiserver }),
    ...(resolveTemplates === undefined ? {} : { resolveTemplates }),
    ...(upstreamPlacement === undefined ? {} : { upstreamPlacement }),
    ...(placementSuite === undefined ? {} : { placementSuite }),
    ...others,
  };
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
