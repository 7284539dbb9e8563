import { type JsonObject, jsonEqual } from '../../../../base/json.ts';
import type { KubeObject } from '../../../../kube/object.ts';
import {
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../../../kube/schema/field-error.ts';
import type { RuleContext, Rules } from '../rules.ts';
import { field, struct, structs, textOf, texts, withFields } from './fields.ts';

/** Who asks is written down by the server; what was asked never changes (pkg/registry/certificates). */
export const certificateRequestRules: Partial<Rules> = {
  prepareCreate: (object, { requester }) => {
    const { username: _u, uid: _i, groups: _g, extra: _e, ...asked } = struct(object, 'spec');
    const spec = {
      ...asked,
      username: requester.name,
      ...(requester.uid !== '' && { uid: requester.uid }),
      groups: requester.groups,
      ...(Object.keys(requester.extra).length > 0 && { extra: requester.extra }),
    };
    return withFields(object, { spec, status: {} });
  },
  prepareUpdate: (object, old) =>
    withFields(object, { spec: field(old, 'spec'), status: field(old, 'status') }),
  validate: (object, old) => (old === null ? requestErrors(object) : []),
  subresource: {
    approval: {
      prepare: (object, old, context) =>
        withFields(object, {
          spec: field(old, 'spec'),
          status: { ...struct(old, 'status'), conditions: stamped(object, old, context) },
        }),
      validate: (object, old) => [...conditionErrors(object), ...removedErrors(object, old)],
    },
    status: {
      prepare: (object, old, context) => {
        const conditions = stamped(object, old, context).map((condition) =>
          isVerdict(condition)
            ? (conditionOf(old, textOf(condition['type'])) ?? condition)
            : condition,
        );
        const status = {
          ...struct(object, 'status'),
          ...(conditions.length > 0 && { conditions }),
        };
        return withFields(object, { spec: field(old, 'spec'), status });
      },
      validate: (object, old) => [
        ...conditionErrors(object),
        ...removedErrors(object, old),
        ...addedVerdicts(object, old),
        ...certificateErrors(object, old),
      ],
    },
  },
};

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];
const verdicts = ['Approved', 'Denied'];
const lasting = [...verdicts, 'Failed'];

function requestErrors(object: KubeObject): readonly FieldError[] {
  const spec = struct(object, 'spec');
  const errors: FieldError[] = [];
  const pem = Buffer.from(textOf(spec['request']), 'base64').toString('utf8');
  if (!/^-----BEGIN CERTIFICATE REQUEST-----$/m.test(pem)) {
    const why = 'PEM block type must be CERTIFICATE REQUEST';
    errors.push(invalid('spec.request', spec['request'], why));
  }
  const asked = texts(spec['usages']);
  if (asked.length === 0) errors.push(required('spec.usages'));
  asked.forEach((usage, index) => {
    const path = `spec.usages[${index}]`;
    if (!usages.includes(usage)) errors.push(notSupported(path, usage, usages));
    if (asked.indexOf(usage) < index) errors.push(duplicate(path, usage));
  });
  errors.push(...signerErrors(textOf(spec['signerName'])));
  const seconds = spec['expirationSeconds'];
  if (typeof seconds === 'number' && seconds < 600) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', seconds, why));
  }
  return errors;
}

function signerErrors(name: string): readonly FieldError[] {
  const path = 'spec.signerName';
  if (name === '') return [required(path)];
  if (name === 'kubernetes.io/legacy-unknown') {
    return [invalid(path, name, 'the legacy signerName is not allowed via this API version')];
  }
  const [domain = '', signer = '', ...more] = name.split('/');
  if (domain === '' || signer === '' || more.length > 0) {
    const why = 'must be a fully qualified domain and path of the form "example.com/signer-name"';
    return [invalid(path, name, why)];
  }
  if (domain.includes('.')) return [];
  return [invalid(path, name, 'should be a domain with at least two segments separated by dots')];
}

function conditionsOf(object: KubeObject): readonly JsonObject[] {
  return structs(struct(object, 'status')['conditions']);
}

function conditionOf(object: KubeObject, type: string): JsonObject | undefined {
  return conditionsOf(object).find((condition) => condition['type'] === type);
}

function isVerdict(condition: JsonObject): boolean {
  return verdicts.includes(textOf(condition['type']));
}

/** Conditions with the times that a client left out. */
function stamped(object: KubeObject, old: KubeObject, { now }: RuleContext): JsonObject[] {
  return conditionsOf(object).map((condition) => {
    const before = conditionOf(old, textOf(condition['type']));
    const same = before?.['status'] === condition['status'];
    const since = same ? (before?.['lastTransitionTime'] ?? now) : now;
    return {
      ...condition,
      lastUpdateTime: condition['lastUpdateTime'] || now,
      lastTransitionTime: condition['lastTransitionTime'] || since,
    };
  });
}

function conditionErrors(object: KubeObject): readonly FieldError[] {
  const path = 'status.conditions';
  const types = conditionsOf(object).map((condition) => textOf(condition['type']));
  const errors = conditionsOf(object).flatMap((condition, index) => {
    const [type, status] = [textOf(condition['type']), textOf(condition['status'])];
    const possible = lasting.includes(type) ? ['True'] : ['False', 'True', 'Unknown'];
    const at = `${path}[${index}]`;
    return [
      ...(type === '' ? [required(`${at}.type`)] : []),
      ...(types.indexOf(type) < index ? [duplicate(`${at}.type`, type)] : []),
      ...(status === '' ? [required(`${at}.status`)] : []),
      ...(status !== '' && !possible.includes(status)
        ? [notSupported(`${at}.status`, status, possible)]
        : []),
    ];
  });
  if (verdicts.every((type) => types.includes(type))) {
    const why = 'Approved and Denied conditions are mutually exclusive';
    errors.push(invalid(path, types.filter((type) => verdicts.includes(type)).at(-1), why));
  }
  return errors;
}

function removedErrors(object: KubeObject, old: KubeObject): readonly FieldError[] {
  return lasting
    .filter((type) => conditionOf(old, type) && !conditionOf(object, type))
    .map((type) =>
      forbidden('status.conditions', `updates may not remove a condition of type "${type}"`),
    );
}

function addedVerdicts(object: KubeObject, old: KubeObject): readonly FieldError[] {
  return verdicts
    .filter((type) => conditionOf(object, type) && !conditionOf(old, type))
    .map((type) =>
      forbidden('status.conditions', `updates may not add a condition of type "${type}"`),
    );
}

function certificateErrors(object: KubeObject, old: KubeObject): readonly FieldError[] {
  const path = 'status.certificate';
  const [now, before] = [struct(object, 'status'), struct(old, 'status')].map(
    (s) => s['certificate'],
  );
  if (before && !jsonEqual(now, before)) {
    return [forbidden(path, 'updates may not change an existing certificate')];
  }
  if (!now) return [];
  const pem = Buffer.from(textOf(now), 'base64').toString('utf8');
  if (/-----BEGIN CERTIFICATE-----/.test(pem)) return [];
  const why = 'must contain at least one CERTIFICATE PEM block';
  return [invalid(path, '<certificate data>', why)];
}
