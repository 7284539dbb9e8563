import type { Json, JsonObject } from '../../base/json.ts';
import { kindInfo, pluralOf } from '../../kube/kinds.ts';
import type { IrExpr } from '../expr.ts';
import type { IrCheckTemplate, IrConfigTemplate, IrNamespaceSelector } from '../program.ts';
import { celString } from './predicate/cel-access.ts';
import { objectCel } from './predicate/object-cel.ts';
import { celPath, isPath } from './predicate/object-path.ts';

const apiVersion = 'admissionregistration.k8s.io/v1';

/**
 * A check `via: admission` as objects on the cluster: a ValidatingAdmissionPolicy and its binding, which an API server
 * applies to what is created and changed. `deny`: it refuses; else it warns and notes it in the audit log. null where
 * a part of it has no form there.
 */
export function admissionTemplate(
  check: IrCheckTemplate,
  { deny }: { readonly deny: boolean },
): IrConfigTemplate | null {
  const policy = policySpec(check);
  if (policy === null) return null;
  const { name, origin, severity } = check;
  const validationActions = deny ? ['Deny'] : ['Warn', 'Audit'];
  const definitions: readonly JsonObject[] = [
    { apiVersion, kind: 'ValidatingAdmissionPolicy', metadata: { name }, spec: policy },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions },
    },
  ];
  return {
    template: 'config',
    name,
    origin,
    severity,
    namespaceSelector: null,
    objects: definitions.map((definition) => ({ complianceType: 'musthave', origin, definition })),
    // Deleting the check has to let objects pass again.
    prune: 'DeleteIfCreated',
    ...(deny ? {} : { remediation: 'enforce' }),
  };
}

function policySpec({ name, each, where, require, message, namespaceSelector }: IrCheckTemplate) {
  const required = objectCel(require);
  const looked = where === null ? null : objectCel(where);
  const inNamespace = namespaceSelector === null ? '' : namespaceCel(namespaceSelector);
  if ('unsayable' in required || inNamespace === null) return null;
  if (looked !== null && 'unsayable' in looked) return null;
  const resource = kindInfo(each)?.plural ?? pluralOf(each.kind);
  const conditions = [
    ...(inNamespace === '' ? [] : [{ name: 'namespaces', expression: inNamespace }]),
    ...(looked === null ? [] : [{ name: 'where', expression: looked.text }]),
  ];
  const said = message === null ? null : messageCel(message);
  const labels = namespaceSelector === null ? null : labelsOf(namespaceSelector);
  return {
    failurePolicy: 'Fail',
    matchConstraints: {
      ...(labels === null ? {} : { namespaceSelector: labels }),
      resourceRules: [
        {
          apiGroups: [each.group],
          apiVersions: [each.version],
          operations: ['CREATE', 'UPDATE'],
          resources: [resource],
        },
      ],
    },
    ...(conditions.length === 0 ? {} : { matchConditions: conditions }),
    validations: [
      {
        expression: required.text,
        message: `${each.kind} does not satisfy ${name}`,
        ...(said === null ? {} : { messageExpression: said }),
      },
    ],
  };
}

function labelsOf({ matchLabels, matchExpressions }: IrNamespaceSelector): JsonObject | null {
  if (matchLabels === undefined && matchExpressions === undefined) return null;
  return {
    ...(matchLabels === undefined ? {} : { matchLabels }),
    ...(matchExpressions === undefined
      ? {}
      : { matchExpressions: matchExpressions as unknown as Json }),
  };
}

const namespace = 'object.metadata.?namespace.orValue("")';

/** Names of namespaces as a condition; empty where none are said, null where a pattern has no form as one of RE2. */
function namespaceCel({ include = [], exclude = [] }: IrNamespaceSelector): string | null {
  const included = include.map(patternOf);
  const excluded = exclude.map(patternOf);
  if ([...included, ...excluded].includes(null)) return null;
  const parts: string[] = [];
  if (included.length > 0) parts.push(`${namespace}.matches(${celString(oneOf(included))})`);
  if (excluded.length > 0) parts.push(`!${namespace}.matches(${celString(oneOf(excluded))})`);
  if (parts.length === 0) return '';
  // what is in no namespace, no selector of them keeps out
  return `${namespace} == "" || (${parts.join(' && ')})`;
}

function oneOf(patterns: readonly (string | null)[]): string {
  return `^(${patterns.join('|')})$`;
}

/** A pattern of Go's `path.Match`; classes and escapes are left to the engine. */
function patternOf(glob: string): string | null {
  if (/[[\]\\]/.test(glob)) return null;
  return glob
    .replace(/[.+^${}()|]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
}

/** A message as CEL that gives a text; null where it holds more than texts and fields. */
function messageCel(message: IrExpr): string | null {
  const parts = message.op === 'format' ? message.parts : [message];
  const texts = parts.map(partCel);
  return texts.every((text) => text !== null) ? texts.join(' + ') : null;
}

function partCel(part: IrExpr): string | null {
  if (part.op === 'const') {
    return typeof part.value === 'object' ? null : celString(String(part.value));
  }
  if (isPath(part)) return `string(${celPath(part).text})`;
  if (part.op !== 'coalesce' || !isPath(part.left) || part.right.op !== 'const') return null;
  const usual = partCel(part.right);
  const { text, present } = celPath(part.left);
  return usual === null ? null : `(${present} ? string(${text}) : ${usual})`;
}
