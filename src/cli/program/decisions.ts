import type { Json } from '../../base/json.ts';
import type { Reason } from '../../engine/placement/reason.ts';
import type { ScheduleOutcome } from '../../engine/placement/schedule.ts';
import type { IrPlacement } from '../../ir/program.ts';
import { table } from '../terminal/table.ts';

export interface Decided {
  readonly placement: IrPlacement;
  readonly outcome: ScheduleOutcome;
  /** Why clusters were dropped. */
  readonly reasons: readonly Reason[];
}

const mostNamed = 6;

/** A table of decisions, and under it the reasons why clusters were dropped. */
export function decisionsText(decided: readonly Decided[], fleet: number): string {
  const rows = decided.map(({ placement, outcome }) => [
    nameOf(placement),
    `${outcome.selected.length}/${fleet}`,
    (outcome.groups ?? [])
      .filter(({ name }) => name !== '')
      .map(({ name, clusters }) => `${name}=${clusters.length}`)
      .join(' '),
    shortList(outcome.selected),
  ]);
  const reasons = decided.flatMap(reasonLines);
  const head = table(['PLACEMENT', 'SELECTED', 'GROUPS', 'CLUSTERS'], rows);
  return reasons.length === 0 ? head : `${head}\n${reasons.map((line) => `${line}\n`).join('')}`;
}

/** Decisions for machines. */
export function decisionsJson(decided: readonly Decided[]): readonly Json[] {
  return decided.map(({ placement, outcome, reasons }) => ({
    placement: placement.name,
    namespace: placement.namespace,
    clusters: [...outcome.selected],
    groups: (outcome.groups ?? []).map(({ name, index, clusters }) => ({
      name,
      index,
      clusters: [...clusters],
    })),
    unscheduled: outcome.unscheduled,
    conditions: outcome.conditions.map((condition) => ({ ...condition })),
    reasons: reasons.map((reason) => ({
      ...reason,
      why: reason.why.map((why) => ({ ...why })),
    })),
    ...(outcome.error !== null && { error: outcome.error }),
  }));
}

function reasonLines({ placement, outcome, reasons }: Decided): readonly string[] {
  const name = nameOf(placement);
  if (outcome.error !== null) return [`${name}: ${outcome.error}`];
  const trouble = outcome.conditions
    .filter(({ type, status }) => (type === 'PlacementSatisfied') === (status !== 'True'))
    .map(({ message }) => `${name}: ${message}`);
  const dropped = reasons
    .filter((reason) => reason.dropped > 0)
    .flatMap(({ by, dropped: count, why }) => [
      `${name}: ${by} drops ${count}`,
      ...why.map(
        ({ text, clusters, example }) =>
          `  ${clusters} (${example}${clusters > 1 ? ', …' : ''}): ${text}`,
      ),
    ]);
  return [...trouble, ...dropped];
}

function nameOf({ namespace, name }: IrPlacement): string {
  return namespace === '' ? name : `${namespace}/${name}`;
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, mostNamed).join(', ');
  return names.length > mostNamed ? `${shown} and ${names.length - mostNamed} more` : shown;
}
