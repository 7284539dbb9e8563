import type { Instant } from '../../../base/instant.ts';
import { compareText, type Json } from '../../../base/json.ts';
import type { IrDecl } from '../../../ir/program.ts';
import {
  type DeclStatus,
  type ProgramObject,
  type ProgramStatus,
  programKind,
} from '../../../ir/program-object.ts';
import { type NewCondition, setConditions } from '../../../kube/conditions.ts';
import type { Ref } from '../../../kube/object.ts';
import type { Action } from '../../control/controller.ts';
import type { Trouble } from './readiness.ts';

/** At most so many declarations are named in the status. */
export const mostAttention = 50;

/** Types of conditions of a Program. */
export const programConditions = { applied: 'Applied', pruned: 'Pruned', ready: 'Ready' } as const;

/** A declaration that needs a look. */
export interface Attention extends Trouble {
  readonly decl: IrDecl;
  readonly object: Ref | null;
}

/** The worst first, then in order of kind and name. */
export function sortAttention(attention: readonly Attention[]): readonly Attention[] {
  return attention.toSorted(
    (a, b) =>
      b.weight - a.weight ||
      compareText(a.decl.kind, b.decl.kind) ||
      compareText(a.decl.name, b.decl.name),
  );
}

/** A declaration's line in the status. */
export function attentionStatus({ decl, object, reason, message }: Attention): DeclStatus {
  const { kind, name, origin } = decl;
  return {
    kind,
    name,
    origin,
    object,
    condition: { type: programConditions.ready, status: 'False', reason, message },
  };
}

/** Writes conditions, and whatever else of the status is given; the rest stays. */
export function patchProgram(
  program: ProgramObject,
  status: Partial<Omit<ProgramStatus, 'conditions' | 'observedGeneration'>> & {
    readonly conditions: readonly NewCondition[];
  },
  now: Instant,
): Action {
  const { name, namespace = '', generation = 0 } = program.metadata;
  const given = new Set(status.conditions.map(({ type }) => type));
  const ours = new Set<string>(Object.values(programConditions));
  // A condition of ours that is not given no longer applies (pruning was switched off).
  const before = (program.status?.conditions ?? []).filter(
    ({ type }) => given.has(type) || !ours.has(type),
  );
  const observed = status.conditions.map((of) => ({ ...of, observedGeneration: generation }));
  return {
    do: 'patchStatus',
    of: { ...programKind, namespace, name },
    status: {
      ...status,
      observedGeneration: generation,
      conditions: setConditions(before, observed, now),
    } as unknown as Json,
    independent: true,
  };
}

/** Ready follows from the others: the first that is not True says why. */
export function readyOf(
  others: readonly NewCondition[],
  attention: readonly Attention[],
  declarations: number,
): NewCondition {
  const type = programConditions.ready;
  const against = others.find(({ status }) => status !== 'True');
  if (against !== undefined) {
    const { status, reason, message } = against;
    return { type, status, reason, message };
  }
  const [worst] = attention;
  if (worst === undefined) {
    const message = `all ${declarations} declarations are ready`;
    return { type, status: 'True', reason: 'Ready', message };
  }
  const named = new Set(attention.map(({ decl }) => decl)).size;
  const message = `${named} of ${declarations} declarations need a look: ${worst.decl.kind} ${worst.decl.name}: ${worst.message}`;
  return { type, status: 'False', reason: worst.reason, message };
}
