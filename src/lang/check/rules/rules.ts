import { bindings } from './bindings.ts';
import { carriers } from './carriers.ts';
import { celCosts } from './cel-costs.ts';
import { declaredTwice } from './declared-twice.ts';
import { durations } from './durations.ts';
import { emptyFrom } from './empty-from.ts';
import { enforcedOutside } from './enforced-outside.ts';
import { engineOnlyAtoms } from './engine-only.ts';
import { engineOnlyScores } from './engine-only-scores.ts';
import { exclusions } from './exclusions.ts';
import { firstGroups } from './first-groups.ts';
import { hubTrust } from './hub-trust.ts';
import { installs } from './installs.ts';
import { namespaceSelector } from './namespace-selector.ts';
import { noNamespace } from './no-namespace.ts';
import { nothingToEnforce } from './nothing-to-enforce.ts';
import { objectNames } from './object-names.ts';
import { placedNowhere } from './placed-nowhere.ts';
import { placementLimits } from './placement-limits.ts';
import { rawIdentity } from './raw-identity.ts';
import { rawTemplates } from './raw-templates.ts';
import { remediation } from './remediation.ts';
import { rolloutKeysAgree } from './rollout-keys.ts';
import type { Rule } from './rule.ts';
import { scoreExpiry } from './score-expiry.ts';
import { secrets } from './secrets.ts';
import { selectors } from './selectors.ts';
import { templateNames } from './template-names.ts';
import { thresholds } from './thresholds.ts';
import { tolerationEnds } from './toleration-ends.ts';
import { tracks } from './tracks.ts';
import { truths } from './truths.ts';
import { unboundSet } from './unbound-set.ts';
import { unnamedObjects } from './unnamed-objects.ts';
import { unreadKeys } from './unread-keys.ts';
import { windows } from './windows.ts';

/** Every check of a whole program. */
export const rules: readonly Rule[] = [
  objectNames,
  declaredTwice,
  noNamespace,
  emptyFrom,
  unboundSet,
  unreadKeys,
  placementLimits,
  hubTrust,
  tolerationEnds,
  durations,
  engineOnlyAtoms,
  engineOnlyScores,
  scoreExpiry,
  celCosts,
  truths,
  selectors,
  rolloutKeysAgree,
  firstGroups,
  thresholds,
  carriers,
  secrets,
  windows,
  tracks,
  installs,
  placedNowhere,
  enforcedOutside,
  bindings,
  exclusions,
  remediation,
  unnamedObjects,
  nothingToEnforce,
  templateNames,
  namespaceSelector,
  rawIdentity,
  rawTemplates,
];
