import type { Instant } from '../../../../base/instant.ts';
import { compareText, type Json } from '../../../../base/json.ts';
import { guard } from '../../../../engine/placement/guard.ts';
import type { PipelineInput } from '../../../../engine/placement/input.ts';
import { runPipeline, type Trace } from '../../../../engine/placement/pipeline.ts';
import { schedule } from '../../../../engine/placement/schedule.ts';
import { liftPlacement } from '../../../../ir/lift/placement.ts';
import type { IrPlacement } from '../../../../ir/program.ts';
import { type Placement, placementKind } from '../../../../kube/ocm/cluster.ts';
import type { Cluster } from '../../../client/cluster.ts';
import type { Snapshot } from '../../../control/controller.ts';
import { task } from '../../../control/long-tasks.ts';
import { inputOf } from '../input.ts';
import { meaningOf } from '../meaning.ts';
import { refusalOf } from './caller.ts';
import { type DebugRequest, type Failure, type Question, questionOf } from './request.ts';

export interface DebugInput {
  /** Asked who the caller is, and what they may. */
  readonly hub: Cluster;
  /** null while this process does not schedule: it stands by for the leader, or still reads. */
  readonly snapshot: () => Snapshot | null;
  readonly now: () => Instant;
  readonly compat?: 'upstream';
}

export interface DebugAnswer {
  readonly status: number;
  readonly body: Json;
}

/**
 * Answers why a placement selects what it selects, in the form of upstream's debugger (ocm `pkg/placement/debugger`),
 * and beyond it with the conditions, what was dropped by which filter and why. Whoever may not `get` the placement is
 * not even told whether there is one.
 */
export async function debugPlacement(
  request: DebugRequest,
  { hub, snapshot, now, compat }: DebugInput,
): Promise<DebugAnswer> {
  const question = questionOf(request);
  if ('error' in question) return failed(question);
  const refusal = await refusalOf(question, request, hub);
  if (refusal !== null) return failed(refusal);
  const view = snapshot();
  if (view === null) return failed({ status: 503, error: 'this process does not schedule now' });
  const asked = placementOf(question, view);
  if ('error' in asked) return failed(asked);
  const pass = { snapshot: view, now: now(), ...(compat && { compat }) };
  const body = task('debug placement', () => {
    const input = inputOf(asked.placement, asked.ir, pass);
    return bodyOf(asked.placement, runPipeline(input), guard(schedule(input), input), input);
  });
  return { status: 200, body };
}

function failed({ status, error }: Failure): DebugAnswer {
  return { status, body: { error } };
}

function placementOf(
  question: Question,
  snapshot: Snapshot,
): { readonly placement: Placement; readonly ir: IrPlacement } | Failure {
  if (question.ask === 'given') {
    const { placement } = question;
    return { placement, ir: liftPlacement(placement) };
  }
  const { namespace, name } = question;
  const placement = snapshot.get(placementKind, namespace, name);
  if (placement === undefined) return { status: 404, error: `placement '${name}' not found` };
  return { placement, ir: meaningOf(placement, snapshot) ?? liftPlacement(placement) };
}

function bodyOf(
  placement: Placement,
  trace: Trace,
  {
    conditions,
    selected,
    error,
  }: Pick<ReturnType<typeof guard>, 'conditions' | 'selected' | 'error'>,
  input: PipelineInput,
): Json {
  const { name, namespace = '', labels, annotations } = placement.metadata;
  const metadata = {
    name,
    namespace,
    ...(labels && { labels }),
    ...(annotations && { annotations }),
  };
  const { apiVersion, kind, spec = {} } = placement;
  return {
    placement: { apiVersion, kind, metadata, spec: spec as Json },
    filteredPipelineResults: trace.filterSteps.map(({ step, kept }) => ({
      name: step,
      filteredClusters: kept.map((cluster) => cluster.name),
    })),
    prioritizeResults: trace.scoreSteps.map(({ name: by, weight, scores }) => ({
      name: by,
      weight,
      scores: Object.fromEntries(scores),
    })),
    aggregatedScores: [...trace.scores]
      .sort(([a, x], [b, y]) => y - x || compareText(a, b))
      .map(([clusterName, score]) => ({ clusterName, score })),
    droppedClusters: droppedBy(trace, input),
    selectedClusters: [...selected],
    conditions: conditions.map((condition) => ({ ...condition })),
    ...(error !== null && { error }),
  };
}

function droppedBy({ filterSteps }: Trace, input: PipelineInput): Json {
  return filterSteps.flatMap(({ filter, before, kept }) => {
    const still = new Set(kept);
    return before
      .filter((cluster) => !still.has(cluster))
      .map((cluster) => {
        const why = filter.why(cluster, input) ?? 'not kept';
        return { clusterName: cluster.name, filter: filter.name, why };
      });
  });
}
