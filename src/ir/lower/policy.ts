import { isJsonObject } from '../../base/json.ts';
import { type PolicyDependency, type PolicyTemplate, policyKind } from '../../kube/ocm/policy.ts';
import type { IrDependency, IrPolicy, IrRemediation } from '../program.ts';
import { admissionTemplate } from './admission.ts';
import { carryCheck } from './carried-check.ts';
import { type LoweredDecl, objectOf, objects } from './lowered.ts';
import { bindingsOf } from './policy-binding.ts';
import { type IrUpstreamTemplate, isUpstream, lowerTemplate } from './policy-template.ts';

/** Annotations of a Policy that say what it is for. */
export const policyAnnotations = {
  standards: 'policy.open-cluster-management.io/standards',
  categories: 'policy.open-cluster-management.io/categories',
  controls: 'policy.open-cluster-management.io/controls',
  description: 'policy.open-cluster-management.io/description',
} as const;

/** A Policy with its templates, and a PlacementBinding for each placement (Rules 42, 43, 45, 65). */
export function lowerPolicy(decl: IrPolicy): LoweredDecl {
  const { disabled, after, hubServiceAccount, copyMetadata, severity } = decl;
  const templates = upstreamTemplates(decl);
  const remediationAction = remediationOf(decl, templates);
  const spec = {
    ...(remediationAction === null ? {} : { remediationAction }),
    disabled,
    ...(copyMetadata === undefined ? {} : { copyPolicyMetadata: copyMetadata }),
    ...(hubServiceAccount === undefined
      ? {}
      : { hubTemplateOptions: { serviceAccountName: hubServiceAccount } }),
    ...(after === undefined ? {} : { dependencies: after.map(lowerDependency) }),
    'policy-templates': templates.map((template) => lowerEntry(template, severity)),
  };
  return objects(
    objectOf(policyKind, decl, { spec }, annotationsOf(decl)),
    ...bindingsOf(decl, 'Policy'),
  );
}

/** One entry of `policy-templates`; `severity` where its template has none of its own. */
export function lowerEntry(
  template: IrUpstreamTemplate,
  severity: string | null = null,
): PolicyTemplate {
  const { after, ignorePending } = template;
  return {
    ...(after === undefined ? {} : { extraDependencies: after.map(lowerDependency) }),
    ...(ignorePending === undefined ? {} : { ignorePending }),
    objectDefinition: lowerTemplate(template, severity),
  };
}

function lowerDependency(of: IrDependency): PolicyDependency {
  const { apiVersion, kind, name, namespace, compliance } = of;
  return {
    apiVersion,
    kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    compliance,
  };
}

// Upstream demands a remediation of the policy or of each template; `inform` is what the language says by default. An
// object of another engine has its own word for it.
function remediationOf(
  decl: IrPolicy,
  templates: readonly IrUpstreamTemplate[],
): IrRemediation | null {
  if (warns(decl)) return null;
  if (decl.remediation !== null) return decl.remediation;
  return templates.length > 0 && templates.every(hasRemediation) ? null : 'inform';
}

/**
 * The templates upstream has an engine for; a check `via: admission` becomes one. Where the policy informs, its warnings
 * have to be put on the cluster all the same: then each template says itself what it does, and the policy nothing,
 * as what a policy says overrides its templates.
 */
function upstreamTemplates(decl: IrPolicy): readonly IrUpstreamTemplate[] {
  const deny = decl.remediation === 'enforce';
  const all = decl.templates.flatMap((of): readonly IrUpstreamTemplate[] => {
    if (isUpstream(of)) return [of];
    if (of.template !== 'check' || of.via !== 'admission') return [carryCheck(of)];
    const config = admissionTemplate(of, { deny });
    return config === null ? [] : [config];
  });
  return warns(decl) ? all.map(informing) : all;
}

/** Does a policy that informs put something on the cluster, so that its API server warns? */
function warns({ remediation, templates }: IrPolicy): boolean {
  if (remediation === 'enforce') return false;
  return templates.some((of) => of.template === 'check' && of.via === 'admission');
}

function informing(of: IrUpstreamTemplate): IrUpstreamTemplate {
  return of.template === 'object' || of.remediation !== undefined
    ? of
    : { ...of, remediation: 'inform' };
}

function hasRemediation(of: IrUpstreamTemplate): boolean {
  if (of.template === 'object' || of.remediation !== undefined) return true;
  const spec = of.raw?.['spec'];
  return isJsonObject(spec) && Object.hasOwn(spec, 'remediationAction');
}

function annotationsOf(decl: IrPolicy): Readonly<Record<string, string>> {
  const { standards, categories, controls, description } = decl;
  return {
    ...(standards.length > 0 ? { [policyAnnotations.standards]: standards.join(', ') } : {}),
    ...(categories.length > 0 ? { [policyAnnotations.categories]: categories.join(', ') } : {}),
    ...(controls.length > 0 ? { [policyAnnotations.controls]: controls.join(', ') } : {}),
    ...(description === null ? {} : { [policyAnnotations.description]: description }),
  };
}
