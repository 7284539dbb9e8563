import type { AppRollout, ProgramObject } from '../../../ir/program-object.ts';
import { conditionOf, type KubeObject } from '../../../kube/object.ts';
import type { Placement } from '../../../kube/ocm/cluster.ts';
import { placementKind } from '../../../kube/ocm/cluster.ts';
import { type Policy, policyKind } from '../../../kube/ocm/policy.ts';

/** Why something is not as it should be; `weight` puts the worst first. */
export interface Trouble {
  readonly reason: string;
  readonly message: string;
  readonly weight: number;
}

/** What a live object says against being ready, null where it is. */
export function troubleOf(live: KubeObject): Trouble | null {
  if (live.kind === placementKind.kind) return placementTrouble(live as Placement);
  if (live.kind === policyKind.kind) return policyTrouble(live as Policy);
  return null;
}

function placementTrouble({ status }: Placement): Trouble | null {
  const misconfigured = conditionOf(status?.conditions, 'PlacementMisconfigured');
  if (misconfigured?.status === 'True') {
    const { reason, message } = misconfigured;
    return { reason, message, weight: 60 };
  }
  const satisfied = conditionOf(status?.conditions, 'PlacementSatisfied');
  if (satisfied === undefined)
    return waiting('Undecided', 'the placement has not been decided yet');
  if (satisfied.status === 'True') return null;
  return { reason: satisfied.reason, message: satisfied.message, weight: 30 };
}

function policyTrouble({ status }: Policy): Trouble | null {
  const clusters = status?.status ?? [];
  const bad = clusters.filter(({ compliant }) => compliant === 'NonCompliant');
  if (bad.length > 0) {
    const [first] = bad;
    const message = `${bad.length} of ${clusters.length} clusters are not compliant, ${first?.clustername ?? ''} for one`;
    return { reason: 'NonCompliant', message, weight: 40 };
  }
  const unsaid = clusters.filter(({ compliant }) => compliant !== 'Compliant');
  if (unsaid.length === 0) return null;
  const message = `${unsaid.length} of ${clusters.length} clusters have not said whether they comply`;
  return waiting('Pending', message);
}

function waiting(reason: string, message: string): Trouble {
  return { reason, message, weight: 10 };
}

/** What the numbers of a rollout say against an app being ready. */
export function rolloutTrouble(rollout: AppRollout | undefined): Trouble | null {
  if (rollout === undefined) return waiting('Undelivered', 'the rollout has not begun yet');
  const { of, done, updating, failed, halted, reason, message = '' } = rollout;
  const numbers = `${done} of ${of} clusters are done, ${updating} under way, ${failed} failed`;
  if (reason !== undefined) return { reason, message: `${message}; ${numbers}`, weight: 70 };
  if (halted) return { reason: 'Halted', message: numbers, weight: 65 };
  if (failed > 0) return { reason: 'Failed', message: numbers, weight: 50 };
  return done < of ? waiting('RollingOut', numbers) : null;
}

/** The numbers of one app in its Program's status. */
export function rolloutOf(
  { status }: ProgramObject,
  app: { readonly namespace: string; readonly name: string },
): AppRollout | undefined {
  return status?.rollouts?.find((one) => one.app === `${app.namespace}/${app.name}`);
}
