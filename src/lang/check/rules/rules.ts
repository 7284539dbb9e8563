import { emptyFrom } from './empty-from.ts';
import { engineOnlyAtoms } from './engine-only.ts';
import { firstGroups } from './first-groups.ts';
import { namespaceSelector } from './namespace-selector.ts';
import { noNamespace } from './no-namespace.ts';
import { objectNames } from './object-names.ts';
import { placedNowhere } from './placed-nowhere.ts';
import { rawIdentity } from './raw-identity.ts';
import { rolloutKeysAgree } from './rollout-keys.ts';
import type { Rule } from './rule.ts';
import { scoreOrder } from './score-order.ts';
import { selectors } from './selectors.ts';
import { templateNames } from './template-names.ts';
import { tolerationEnds } from './toleration-ends.ts';
import { unboundSet } from './unbound-set.ts';
import { unnamedObjects } from './unnamed-objects.ts';

/** Every check of a whole program. */
export const rules: readonly Rule[] = [
  objectNames,
  noNamespace,
  emptyFrom,
  unboundSet,
  scoreOrder,
  tolerationEnds,
  engineOnlyAtoms,
  selectors,
  rolloutKeysAgree,
  firstGroups,
  placedNowhere,
  unnamedObjects,
  templateNames,
  namespaceSelector,
  rawIdentity,
];
