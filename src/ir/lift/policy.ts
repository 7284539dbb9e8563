import type { KubeObject } from '../../kube/object.ts';
import { policyAnnotations } from '../lower/policy.ts';
import type { IrPolicy, IrPolicyTemplate } from '../program.ts';
import { liftDependencies, liftEntry } from './policy-template.ts';
import { labelled, listAt, nodeOf, objectAt, textAt, wordAt } from './read.ts';

/**
 * A Policy as IR, without the placements it is bound to. Where one of its templates has no form in the language, none is
 * lifted, and `lift` keeps them in `raw` as they are.
 */
export function liftPolicy(object: KubeObject): IrPolicy {
  const spec = objectAt(object.spec);
  const { annotations, ...labels } = labelled(object);
  const said = splitAnnotations(annotations);
  const after = spec['dependencies'] === undefined ? null : liftDependencies(spec['dependencies']);
  const account = textAt(objectAt(spec['hubTemplateOptions'])['serviceAccountName']);
  const copyMetadata = spec['copyPolicyMetadata'];
  const templates = listAt(spec['policy-templates']).map(liftEntry);
  const whole = templates.every((each) => each !== null);
  return {
    kind: 'policy',
    ...nodeOf(object),
    ...labels,
    ...said,
    on: [],
    enforceOn: [],
    remediation: wordAt(textAt(spec['remediationAction'])?.toLowerCase(), ['inform', 'enforce']),
    disabled: spec['disabled'] === true,
    severity: null,
    ...(after === null ? {} : { after }),
    ...(account === null ? {} : { hubServiceAccount: account }),
    ...(typeof copyMetadata === 'boolean' ? { copyMetadata } : {}),
    templates: whole ? (templates as readonly IrPolicyTemplate[]) : [],
  };
}

// The text of an annotation is kept whole: where its commas separate and where they do not, only its author knows.
function splitAnnotations(annotations: Readonly<Record<string, string>> | undefined) {
  const rest = new Map(Object.entries(annotations ?? {}));
  const take = (name: string): string | null => {
    const text = rest.get(name) ?? null;
    rest.delete(name);
    return text;
  };
  const listed = (name: string): readonly string[] => {
    const text = take(name);
    return text === null ? [] : [text];
  };
  return {
    standards: listed(policyAnnotations.standards),
    categories: listed(policyAnnotations.categories),
    controls: listed(policyAnnotations.controls),
    description: take(policyAnnotations.description),
    ...(rest.size > 0 ? { annotations: Object.fromEntries(rest) } : {}),
  };
}
