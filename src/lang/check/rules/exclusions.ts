import { problem } from '../../diagnostics.ts';
import { blocksOf, type Checked, type CheckedProgram, isOf } from '../checked.ts';
import { blockOf, knownValue, listOf } from '../known.ts';
import type { Session } from '../session.ts';
import { isMember, type Policy, type PolicySet, placedSets, placementsOf } from './policies.ts';
import { keySpan, nameSpan, type ProgramRule, reportOn, valueSpan } from './rule.ts';

/** OCM2001, OCM2013 and OCM4017: what an `exclude` of a set leaves out, and what brings it back (Rule 44). */
export const exclusions: ProgramRule = (program, session) => {
  for (const set of blocksOf(program.blocks, 'policyset')) {
    for (const exclude of blocksOf(set.children, 'exclude')) {
      checkExclusion(exclude, set, program, session);
    }
  }
};

function checkExclusion(
  exclude: Checked<'exclude'>,
  set: PolicySet,
  program: CheckedProgram,
  session: Session,
): void {
  const clusters = listOf(exclude.values.clusters);
  if (clusters?.length === 0) {
    const params = { what: '`clusters`', range: 'at least one' };
    reportOn(exclude, problem('OCM2013', valueSpan(exclude, 'clusters'), params), session);
  }
  const symbol = blockOf(exclude.reference ?? undefined);
  const policy = symbol === undefined ? null : program.blockOf(symbol);
  if (symbol === undefined || policy === null || !isOf(policy, 'policy')) return;
  const { name } = symbol;
  if (!isMember(set, policy)) {
    const params = { sort: `member of \`${set.name}\``, name };
    const help = ['an `exclude` leaves out one of the `policies` of the set'];
    reportOn(exclude, problem('OCM2001', nameSpan(exclude), params, { help }), session);
    return;
  }
  const other = placedBeside(policy, set, clusters ?? [], program);
  if (other === null) return;
  const help = ['what another binding places stays: leave the clusters out there too'];
  const params = { policy: name, other };
  reportOn(exclude, problem('OCM4017', keySpan(exclude, 'clusters'), params, { help }), session);
}

/** What else places a policy: its own `on`, or a set that does not leave out the same clusters. */
function placedBeside(
  policy: Policy,
  set: PolicySet,
  clusters: readonly unknown[],
  program: CheckedProgram,
): string | null {
  if (placementsOf(policy.values.on).length > 0) return 'its own `on`';
  const other = placedSets(program).find(
    (each) => each !== set && isMember(each, policy) && !leavesOut(each, policy, clusters),
  );
  return other === undefined ? null : `the set \`${other.name}\``;
}

function leavesOut(set: PolicySet, policy: Policy, clusters: readonly unknown[]): boolean {
  const left = blocksOf(set.children, 'exclude')
    .filter(({ reference }) => blockOf(reference ?? undefined)?.block === policy.shaped)
    .flatMap(({ values }) => knownValue(values.clusters) ?? []);
  return clusters.every((cluster) => left.includes(cluster as never));
}
