import type { Construct } from '../../schema/constructs.ts';
import type { Checked, CheckedProgram } from '../checked.ts';
import type { Session } from '../session.ts';
import { bindings } from './bindings.ts';
import { carriers } from './carriers.ts';
import { celCosts } from './cel-costs.ts';
import { declaredTwice, declaredTwiceWithin } from './declared-twice.ts';
import { durations } from './durations.ts';
import { emptyPolicies, emptySets } from './empty-blocks.ts';
import { emptyFrom } from './empty-from.ts';
import { enforcedOutside } from './enforced-outside.ts';
import { engineOnlyAtoms } from './engine-only.ts';
import { engineOnlyScores } from './engine-only-scores.ts';
import { exclusions } from './exclusions.ts';
import { firstGroups } from './first-groups.ts';
import { hubTrust } from './hub-trust.ts';
import { installs } from './installs.ts';
import { metadata } from './metadata.ts';
import { namespaceSelector } from './namespace-selector.ts';
import { noNamespace } from './no-namespace.ts';
import { nothingToEnforce } from './nothing-to-enforce.ts';
import { objectNames } from './object-names.ts';
import { placedNowhere } from './placed-nowhere.ts';
import { placementLimits } from './placement-limits.ts';
import { rawIdentity } from './raw-identity.ts';
import { rawPlacement } from './raw-placement.ts';
import { rawTemplates } from './raw-templates.ts';
import { remediation } from './remediation.ts';
import { keysOfAddOnRollouts, keysOfAppRollouts, keysOfRollout } from './rollout-keys.ts';
import type { BlockRule, ProgramRule } from './rule.ts';
import { scoreExpiry } from './score-expiry.ts';
import { secrets } from './secrets.ts';
import { groupSelectors, memberSelectors } from './selectors.ts';
import { templateNames } from './template-names.ts';
import { thresholds } from './thresholds.ts';
import { tolerationEnds } from './toleration-ends.ts';
import { tolerationKeys } from './toleration-keys.ts';
import { tracks } from './tracks.ts';
import { truths } from './truths.ts';
import { unboundSet } from './unbound-set.ts';
import { unnamedObjects } from './unnamed-objects.ts';
import { unreadKeys } from './unread-keys.ts';
import { waits } from './waits.ts';
import { windows } from './windows.ts';
import { writtenTwice } from './written-twice.ts';

/** What holds of a block, whatever it is. */
const ofEach: readonly BlockRule[] = [
  objectNames,
  metadata,
  declaredTwiceWithin,
  durations,
  truths,
  rawIdentity,
  writtenTwice,
];

/** What holds of a block of one construct, with what is in it. */
const ofConstruct: { readonly [C in Construct]?: readonly BlockRule<C>[] } = {
  clusterset: [memberSelectors],
  placement: [
    emptyFrom,
    unboundSet,
    unreadKeys,
    placementLimits,
    rawPlacement,
    hubTrust,
    tolerationEnds,
    tolerationKeys,
    engineOnlyAtoms,
    engineOnlyScores,
    scoreExpiry,
    celCosts,
    groupSelectors,
  ],
  rollout: [keysOfRollout],
  policy: [
    emptyPolicies,
    remediation,
    unnamedObjects,
    nothingToEnforce,
    namespaceSelector,
    rawTemplates,
  ],
  policyset: [emptySets],
  app: [keysOfAppRollouts, firstGroups, carriers, secrets, windows, tracks],
  addon: [keysOfAddOnRollouts, firstGroups, installs],
};

/** What holds of blocks together. */
const ofPrograms: readonly ProgramRule[] = [
  declaredTwice,
  noNamespace,
  thresholds,
  placedNowhere,
  enforcedOutside,
  bindings,
  exclusions,
  templateNames,
  waits,
];

/** Every check of a whole program: of each block, and of all together. */
export function checkRules(program: CheckedProgram, session: Session): void {
  const check = (block: Checked): void => checkBlock(block, program, session);
  for (const block of program.blocks) session.keep('rules', block, check);
  for (const rule of ofPrograms) rule(program, session);
}

function checkBlock(block: Checked, program: CheckedProgram, session: Session): void {
  for (const rule of ofEach) rule(block, session, program);
  const own = ofConstruct[block.construct] as readonly BlockRule[] | undefined;
  for (const rule of own ?? []) rule(block, session, program);
}
