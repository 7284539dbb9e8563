import { evaluateCheck } from '../../../engine/policy/check.ts';
import type { PolicyOutcome } from '../../../engine/policy/evaluate.ts';
import type { IrCheckTemplate } from '../../../ir/program.ts';
import type { KubeObject } from '../../../kube/object.ts';

type Verdict = Pick<PolicyOutcome, 'compliance' | 'details' | 'relatedObjects' | 'messages'>;

/** Violations a status tells of; the rest is counted. */
const mostTold = 20;

/** What a cluster's objects say of a native check, as the status of the ConfigurationPolicy that carries it. */
export function judgeCheck(
  check: IrCheckTemplate,
  objects: readonly KubeObject[],
  namespaces: readonly KubeObject[],
): Verdict {
  const { violations, examined, error } = evaluateCheck({ check, objects, namespaces });
  const { kind } = check.each;
  if (error === null && violations.length === 0) {
    const message = `${kind}: ${examined} looked at, nothing wrong`;
    return verdict('Compliant', 'notification', message, []);
  }
  const told = violations.slice(0, mostTold);
  const more = violations.length - told.length;
  const texts = told.map(({ message }) => message);
  const all = more > 0 ? [...texts, `and ${more} more`] : texts;
  const related = told.map(({ object }) => ({
    object: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: {
        name: object.metadata.name,
        ...(object.metadata.namespace && { namespace: object.metadata.namespace }),
      },
    },
    compliant: 'NonCompliant' as const,
    reason: 'Resource violates the check',
  }));
  return verdict('NonCompliant', 'violation', error ?? all.join('; '), related);
}

function verdict(
  compliance: 'Compliant' | 'NonCompliant',
  type: 'notification' | 'violation',
  message: string,
  relatedObjects: Verdict['relatedObjects'],
): Verdict {
  const reason = compliance === 'Compliant' ? 'K8s check passed' : 'K8s check failed';
  return {
    compliance,
    details: [{ Compliant: compliance, conditions: [{ type, status: 'True', reason, message }] }],
    relatedObjects,
    messages: [`${compliance}; ${type} - ${message}`],
  };
}
