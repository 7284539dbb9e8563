import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../base/json.ts';
import { apiVersionOf, type Kind } from '../../kube/object.ts';
import {
  certificatePolicyKind,
  configurationPolicyKind,
  operatorPolicyKind,
} from '../../kube/ocm/policy.ts';
import { type IrUpstreamTemplate, lowerTemplate } from '../lower/policy-template.ts';
import type {
  IrCertificateTemplate,
  IrConfigTemplate,
  IrDependency,
  IrObjectTemplate,
  IrOperatorTemplate,
} from '../program.ts';
import { liftConfigurationPolicy } from './configuration-policy.ts';
import { liftCertificatePolicy, liftOperatorPolicy } from './policy-engines.ts';
import { nowhere, objectAt, textAt, wordAt } from './read.ts';
import { remainder } from './remainder.ts';
import {
  isDuration,
  isIdentity,
  isName,
  isObjectName,
  isSelector,
  type Namespaces,
  remediationWord,
  severityWord,
  writableNamespaces,
} from './writable.ts';

type EngineTemplate = IrConfigTemplate | IrOperatorTemplate | IrCertificateTemplate;

const engines: readonly {
  readonly kind: Kind;
  readonly lift: (object: JsonObject) => EngineTemplate | null;
}[] = [
  { kind: configurationPolicyKind, lift: (object) => writableConfig(object) },
  { kind: operatorPolicyKind, lift: (object) => liftOperatorPolicy(object) },
  { kind: certificatePolicyKind, lift: (object) => liftCertificatePolicy(object) },
];

/**
 * One entry of `policy-templates` as IR that the language can write: the construct of its kind, the same with `raw`, or
 * the object as it is; null where it is none of them.
 */
export function liftEntry(entry: Json): IrUpstreamTemplate | null {
  if (!isJsonObject(entry)) return null;
  const { objectDefinition, extraDependencies, ignorePending, ...rest } = entry;
  const after = extraDependencies === undefined ? [] : liftDependencies(extraDependencies);
  if (!isJsonObject(objectDefinition) || after === null || Object.keys(rest).length > 0)
    return null;
  if (ignorePending !== undefined && typeof ignorePending !== 'boolean') return null;
  const template = liftTemplate(objectDefinition);
  if (template === null) return null;
  return {
    ...template,
    ...(extraDependencies === undefined ? {} : { after }),
    ...(ignorePending === undefined ? {} : { ignorePending }),
  };
}

function liftTemplate(object: JsonObject): IrUpstreamTemplate | null {
  const name = objectAt(object['metadata'])['name'];
  if (!isIdentity(object) || !isObjectName(name)) return null;
  const engine = engines.find(
    ({ kind }) => object['apiVersion'] === apiVersionOf(kind) && object['kind'] === kind.kind,
  );
  const construct = engine === undefined ? null : withRest(engine.lift(object), object);
  return construct ?? { template: 'object', name, origin: nowhere, object };
}

/** With what it has no place for in `raw`; null where that is not the object again. */
function withRest(template: EngineTemplate | null, object: JsonObject): EngineTemplate | null {
  if (template === null) return null;
  const raw = remainder(lowerTemplate(template), object);
  if (raw === null) return null;
  if (Object.keys(raw).length === 0) return template;
  // The identity of an object is not for `raw` to say (Rule 64).
  if (Object.hasOwn(objectAt(raw['metadata']), 'namespace')) return null;
  const whole = { ...template, raw };
  return jsonEqual(lowerTemplate(whole), object) ? whole : null;
}

/** A list of dependencies as IR; null where one of them has another form. */
export function liftDependencies(value: Json): readonly IrDependency[] | null {
  if (!Array.isArray(value)) return null;
  const lifted = value.map(liftDependency);
  return lifted.every((each) => each !== null) ? lifted : null;
}

function liftDependency(value: Json): IrDependency | null {
  if (!isJsonObject(value)) return null;
  const { apiVersion, kind, name, namespace, compliance, ...rest } = value;
  const state = wordAt(compliance, ['Compliant', 'NonCompliant', 'Pending']);
  if (!isIdentity({ apiVersion, kind }) || state === null || Object.keys(rest).length > 0) {
    return null;
  }
  if (typeof name !== 'string' || (namespace !== undefined && typeof namespace !== 'string')) {
    return null;
  }
  return {
    apiVersion: textAt(apiVersion) ?? '',
    kind: textAt(kind) ?? '',
    name,
    ...(namespace === undefined ? {} : { namespace }),
    compliance: state,
  };
}

/** As `liftConfigurationPolicy`, without what only `raw` can say. */
function writableConfig(object: JsonObject): IrConfigTemplate {
  const { remediation, interval, ...config } = liftConfigurationPolicy(object);
  const said = remediationWord(remediation);
  const word = severityWord(config.severity);
  const times = interval === undefined ? {} : writableInterval(interval);
  const templates = objectAt(object['spec'])['object-templates'];
  // Beside a template text there are no blocks (Rule 47).
  const areBlocks =
    config.objectsRaw === undefined &&
    config.objects.every((each, at) => isWritable(each, (templates as Json[])[at]));
  return {
    ...config,
    severity: word,
    namespaceSelector: writableNamespaces(config.namespaceSelector as Namespaces | null),
    objects: areBlocks ? config.objects : [],
    ...(said === null ? {} : { remediation: said }),
    ...(interval === undefined ? {} : { interval: times }),
  };
}

function writableInterval({ compliant, noncompliant }: NonNullable<IrConfigTemplate['interval']>) {
  return {
    ...(compliant !== undefined && isTime(compliant) ? { compliant } : {}),
    ...(noncompliant !== undefined && isTime(noncompliant) ? { noncompliant } : {}),
  };
}

function isTime(text: string): boolean {
  return text === 'watch' || text === 'never' || isDuration(text);
}

/** Whether a block says all of an object template: its kind and name are labels, the rest is body and notes. */
function isWritable(lifted: IrObjectTemplate, template: Json | undefined): boolean {
  const { definition, metadataComplianceType, objectSelector } = lifted;
  const { metadata } = definition;
  if (!isIdentity(definition) || (metadata !== undefined && !isJsonObject(metadata))) return false;
  if (metadata !== undefined && Object.hasOwn(metadata, 'name') && !isName(metadata['name'])) {
    return false;
  }
  if (metadataComplianceType === 'mustnothave') return false;
  if (objectSelector !== undefined && !isSelector(objectSelector)) return false;
  const config = { template: 'config', name: '', origin: nowhere, severity: null } as const;
  const lowered = lowerTemplate({ ...config, namespaceSelector: null, objects: [lifted] });
  const [made] = objectAt(lowered['spec'])['object-templates'] as readonly Json[];
  return template !== undefined && made !== undefined && jsonEqual(made, template);
}
