import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../../../../base/json.ts';
import { dnsLabelFaults, dnsSubdomainFaults } from '../../../../../kube/names.ts';
import type { KubeObject } from '../../../../../kube/object.ts';
import {
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../../../kube/schema/field-error.ts';
import { struct, structs, textOf, texts } from '../fields.ts';
import { type RuleCost, totalErrors } from './rule-costs.ts';
import { rulesErrors } from './rules.ts';
import { structuralErrors } from './structural.ts';
import { columnErrors, scaleErrors, selectableErrors } from './versions.ts';

/**
 * What is wrong with a CustomResourceDefinition, in the words and at the fields of kube-apiserver 1.35 (apiextensions
 * `pkg/apis/apiextensions/validation`).
 */
export function definitionErrors(
  object: KubeObject,
  old: KubeObject | null,
): readonly FieldError[] {
  const spec = struct(object, 'spec');
  return [
    ...groupErrors(object, spec),
    ...nameErrors(struct(object, 'spec')),
    ...conversionErrors(spec),
    ...versionErrors(spec),
    ...contentErrors(spec, old === null ? null : struct(old, 'spec')),
  ];
}

function groupErrors(object: KubeObject, spec: JsonObject): readonly FieldError[] {
  const names = isJsonObject(spec['names']) ? spec['names'] : {};
  const [group, plural] = [textOf(spec['group']), textOf(names['plural'])];
  const errors: FieldError[] = [];
  if (object.metadata.name !== `${plural}.${group}`) {
    const why = 'must be spec.names.plural+"."+spec.group';
    errors.push(invalid('metadata.name', object.metadata.name, why));
  }
  if (group === '') errors.push(required('spec.group'));
  else {
    errors.push(...dnsSubdomainFaults(group).map((why) => invalid('spec.group', group, why)));
    if (!group.includes('.')) {
      errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'));
    }
  }
  const approved = 'api-approved.kubernetes.io';
  if (/(^|\.)(k8s|kubernetes)\.io$/.test(group) && !object.metadata.annotations?.[approved]) {
    const why =
      'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111';
    errors.push(required(`metadata.annotations[${approved}]`, why));
  }
  const scopes = ['Cluster', 'Namespaced'];
  const scope = textOf(spec['scope']);
  if (scope === '') errors.push(required('spec.scope'));
  else if (!scopes.includes(scope)) errors.push(notSupported('spec.scope', scope, scopes));
  if (spec['preserveUnknownFields'] === true) {
    const why =
      'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
    errors.push(invalid('spec.preserveUnknownFields', true, why));
  }
  return errors;
}

const dns1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

function labelErrors(field: string, value: string): readonly FieldError[] {
  return /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/.test(value) && value.length <= 63
    ? []
    : [invalid(field, value, dns1035)];
}

function nameErrors(spec: JsonObject): readonly FieldError[] {
  const names = isJsonObject(spec['names']) ? spec['names'] : {};
  const at = 'spec.names';
  const [plural, kind] = [textOf(names['plural']), textOf(names['kind'])];
  const [singular, listKind] = [textOf(names['singular']), textOf(names['listKind'])];
  const same = 'kind and listKind may not be the same';
  return [
    ...(plural === '' ? [required(`${at}.plural`)] : []),
    ...(kind === '' ? [required(`${at}.kind`)] : labelErrors(`${at}.kind`, kind.toLowerCase())),
    ...(plural === ''
      ? []
      : dnsLabelFaults(plural).map((why) => invalid(`${at}.plural`, plural, why))),
    ...(kind === '' ? [] : labelErrors(`${at}.singular`, singular)),
    ...(kind === '' ? [] : labelErrors(`${at}.listKind`, listKind.toLowerCase())),
    ...(kind !== '' && kind === listKind ? [invalid(`${at}.listKind`, listKind, same)] : []),
    ...['shortNames', 'categories'].flatMap((name) =>
      texts(names[name]).flatMap((each, index) => labelErrors(`${at}.${name}[${index}]`, each)),
    ),
  ];
}

function conversionErrors(spec: JsonObject): readonly FieldError[] {
  const conversion = isJsonObject(spec['conversion']) ? spec['conversion'] : {};
  const at = 'spec.conversion';
  const strategy = textOf(conversion['strategy']);
  const webhook = isJsonObject(conversion['webhook']) ? conversion['webhook'] : {};
  const client = webhook['clientConfig'];
  const versions = texts(webhook['conversionReviewVersions']);
  const [clientField, versionField] = [
    `${at}.webhookClientConfig`,
    `${at}.conversionReviewVersions`,
  ];
  if (strategy === 'None') {
    const why = 'should not be set when strategy is not set to Webhook';
    return [
      ...(client === undefined ? [] : [forbidden(clientField, why)]),
      ...(versions.length === 0 ? [] : [forbidden(versionField, why)]),
    ];
  }
  if (strategy !== 'Webhook') {
    return [notSupported(`${at}.strategy`, strategy, ['None', 'Webhook'])];
  }
  const why = 'required when strategy is set to Webhook';
  return [
    ...(isJsonObject(client) ? clientErrors(client, clientField) : [required(clientField, why)]),
    ...reviewErrors(versions, versionField),
  ];
}

function reviewErrors(versions: readonly string[], field: string): readonly FieldError[] {
  if (versions.length === 0) return [required(field)];
  if (versions.some((version) => version === 'v1' || version === 'v1beta1')) return [];
  const why = 'must include at least one of v1, v1beta1';
  return [invalid(field, versions, why)];
}

function clientErrors(client: JsonObject, field: string): readonly FieldError[] {
  const url = textOf(client['url']);
  if ((url === '') === (client['service'] === undefined)) {
    return [required(field, 'exactly one of url or service is required')];
  }
  if (url === '' || url.startsWith('https://')) return [];
  const scheme = url.split(':', 1)[0] ?? '';
  return [invalid(`${field}.url`, scheme, "'https' is the only allowed URL scheme")];
}

function versionErrors(spec: JsonObject): readonly FieldError[] {
  const versions = structs(spec['versions']);
  const names = versions.map(({ name }) => textOf(name));
  const errors: FieldError[] = [];
  versions.forEach((version, index) => {
    const path = `spec.versions[${index}]`;
    const name = textOf(version['name']);
    const faults = labelErrors(`${path}.name`, name);
    errors.push(...faults);
    if (index === 0) errors.push(...faults.map((fault) => ({ ...fault, field: 'spec.version' })));
    errors.push(...warningErrors(version, `${path}.deprecationWarning`));
  });
  if (new Set(names).size < names.length) {
    errors.push(invalid('spec.versions', names, 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    const why = 'must have exactly one version marked as storage version';
    errors.push(invalid('spec.versions', names, why));
    errors.push(invalid('status.storedVersions', [], 'must have at least one stored version'));
  }
  return errors;
}

function warningErrors(version: JsonObject, field: string): readonly FieldError[] {
  const text = version['deprecationWarning'];
  if (typeof text !== 'string') return [];
  if (version['deprecated'] !== true) {
    return [invalid(field, text, 'can only be set for deprecated versions')];
  }
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]*$/u.test(text)) return [];
  return [
    invalid(
      field,
      text,
      'must only contain printable UTF-8 characters; non-printable characters found',
    ),
  ];
}

/** What versions hold; Kubernetes tells of what all have alike at one place. */
function contentErrors(spec: JsonObject, old: JsonObject | null): readonly FieldError[] {
  const versions = structs(spec['versions']);
  const before = old === null ? [] : structs(old['versions']);
  const parts = [
    ['schema', 'validation', schemaErrors],
    ['subresources', 'subresources', scaleErrors],
    ['additionalPrinterColumns', 'additionalPrinterColumns', columnErrors],
    ['selectableFields', 'selectableFields', selectableErrors],
  ] as const;
  return parts.flatMap(([name, common, check]) => {
    const [first, ...others] = versions;
    const alike = others.every((each) => jsonEqual(each[name], first?.[name]));
    return versions.flatMap((version, index) => {
      if (alike && index > 0) return [];
      const known = before.find((each) => each['name'] === version['name']);
      // what was let in before stays in
      if (known !== undefined && jsonEqual(known[name], version[name])) return [];
      const path = alike ? `spec.${common}` : `spec.versions[${index}].${name}`;
      return check(version[name], path, version);
    });
  });
}

function schemaErrors(schema: Json | undefined, path: string): readonly FieldError[] {
  const root = isJsonObject(schema) ? schema['openAPIV3Schema'] : undefined;
  const at = `${path}.openAPIV3Schema`;
  if (!isJsonObject(root)) {
    return [
      required(at.replace('spec.validation', 'spec.versions[0].schema'), 'schemas are required'),
    ];
  }
  const rules: FieldError[] = [];
  const costs: RuleCost[] = [];
  const errors = structuralErrors(root, at, (schema, where, place) => {
    rules.push(...rulesErrors(schema, where, place, costs));
  });
  // types of rules mean nothing where those of the schema are wrong
  return errors.length > 0 ? errors : [...rules, ...totalErrors(costs, at)];
}
