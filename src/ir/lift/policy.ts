import type { Json, JsonObject } from '../../base/json.ts';
import { isJsonObject } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import { configurationPolicyKind } from '../../kube/ocm/policy.ts';
import { policyAnnotations } from '../lower/policy.ts';
import type {
  IrComplianceType,
  IrNamespaceSelector,
  IrObjectTemplate,
  IrPolicy,
  IrPolicyTemplate,
} from '../program.ts';
import {
  labelled,
  listAt,
  nodeOf,
  nowhere,
  objectAt,
  selectorAt,
  textAt,
  textsAt,
  wordAt,
} from './read.ts';

/**
 * A Policy as IR, without the placements it is bound to. Templates of other kinds than ConfigurationPolicy, and
 * what the IR has no place for, are left out; `lift` keeps them in `raw`.
 */
export function liftPolicy(object: KubeObject): IrPolicy {
  const spec = objectAt(object.spec);
  const { annotations, ...labels } = labelled(object);
  const said = splitAnnotations(annotations);
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
    templates: listAt(spec['policy-templates'])
      .map((template) => objectAt(objectAt(template)['objectDefinition']))
      .filter(({ kind }) => kind === configurationPolicyKind.kind)
      .map(liftConfigurationPolicy),
  };
}

/** A ConfigurationPolicy as IR, template texts untouched. */
export function liftConfigurationPolicy(object: JsonObject): IrPolicyTemplate {
  const metadata = objectAt(object['metadata']);
  const spec = objectAt(object['spec']);
  const interval = byCompliance(spec['evaluationInterval']);
  const message = byCompliance(spec['customMessage']);
  const remediation = textAt(spec['remediationAction']);
  const prune = wordAt(spec['pruneObjectBehavior'], ['None', 'DeleteIfCreated', 'DeleteAll']);
  const objectsRaw = textAt(spec['object-templates-raw']);
  const labels = textMap(metadata['labels']);
  const annotations = textMap(metadata['annotations']);
  return {
    template: 'config',
    name: textAt(metadata['name']) ?? '',
    origin: nowhere,
    severity: textAt(spec['severity']),
    namespaceSelector: isJsonObject(spec['namespaceSelector'])
      ? (spec['namespaceSelector'] as unknown as IrNamespaceSelector)
      : null,
    objects: listAt(spec['object-templates']).map(objectAt).map(liftObjectTemplate),
    ...(remediation === null ? {} : { remediation }),
    ...(prune === null ? {} : { prune }),
    ...(interval === null ? {} : { interval }),
    ...(message === null ? {} : { message }),
    ...(objectsRaw === null ? {} : { objectsRaw }),
    ...(labels === null ? {} : { labels }),
    ...(annotations === null ? {} : { annotations }),
  };
}

/** One entry of `object-templates` as IR. */
export function liftObjectTemplate(of: JsonObject): IrObjectTemplate {
  const metadataComplianceType = complianceAt(of['metadataComplianceType']);
  const objectSelector = selectorAt(of['objectSelector']);
  const recreate = wordAt(of['recreateOption'], ['None', 'IfRequired', 'Always']);
  const recordDiff = wordAt(of['recordDiff'], ['Log', 'InStatus', 'None']);
  return {
    complianceType: complianceAt(of['complianceType']) ?? 'musthave',
    origin: nowhere,
    definition: objectAt(of['objectDefinition']),
    ...(metadataComplianceType === null ? {} : { metadataComplianceType }),
    ...(objectSelector === null ? {} : { objectSelector }),
    ...(recreate === null ? {} : { recreate }),
    ...(recordDiff === null ? {} : { recordDiff }),
  };
}

// Upstream accepts `MustHave`, `Musthave` and `musthave`.
function complianceAt(value: Json | undefined): IrComplianceType | null {
  return wordAt(textAt(value)?.toLowerCase(), ['musthave', 'mustonlyhave', 'mustnothave']);
}

function byCompliance(value: Json | undefined) {
  if (!isJsonObject(value)) return null;
  const { compliant, noncompliant } = value;
  return {
    ...(typeof compliant === 'string' ? { compliant } : {}),
    ...(typeof noncompliant === 'string' ? { noncompliant } : {}),
  };
}

function textMap(value: Json | undefined): Readonly<Record<string, string>> | null {
  if (!isJsonObject(value)) return null;
  return Object.fromEntries(
    Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
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

/** The placements a binding puts a policy on, where it is a binding as `lower` writes it; else null. */
export function placementOfBinding(
  binding: KubeObject,
): { readonly policy: string; readonly placement: string; readonly enforce: boolean } | null {
  const { placementRef, subjects, subFilter } = binding as unknown as JsonObject;
  const placement = textAt(objectAt(placementRef)['name']);
  const [subject] = listAt(subjects);
  const policy = textAt(objectAt(subject)['name']);
  if (placement === null || policy === null || textsAt(subjects).length > 0) return null;
  return { policy, placement, enforce: subFilter === 'restricted' };
}
