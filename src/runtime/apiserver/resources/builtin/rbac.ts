import { isJsonObject, type JsonObject, jsonEqual } from '../../../../base/json.ts';
import { rbacGroup } from '../../../../kube/core.ts';
import { dnsSubdomainFaults, pathSegmentFaults } from '../../../../kube/names.ts';
import type { KubeObject, LabelSelector } from '../../../../kube/object.ts';
import {
  type FieldError,
  invalid,
  notSupported,
  required,
} from '../../../../kube/schema/field-error.ts';
import { compileSelector } from '../../../../kube/selector.ts';
import type { Rules } from '../rules.ts';
import { field, struct, structs, textOf, texts, withFields } from './fields.ts';

/** Roles in a namespace (pkg/apis/rbac/validation). */
export const roleRules: Partial<Rules> = {
  createsOnUpdate: true,
  validate: (object) => ruleErrors(object, true),
};

/** Roles of the whole cluster. */
export const clusterRoleRules: Partial<Rules> = {
  createsOnUpdate: true,
  validate: (object) => [...ruleErrors(object, false), ...aggregationErrors(object)],
};

/** Bindings in a namespace. */
export const roleBindingRules: Partial<Rules> = {
  createsOnUpdate: true,
  prepareCreate: withDefaults,
  prepareUpdate: withDefaults,
  validate: (object, old) => bindingErrors(object, old, true),
};

/** Bindings of the whole cluster. */
export const clusterRoleBindingRules: Partial<Rules> = {
  createsOnUpdate: true,
  prepareCreate: withDefaults,
  prepareUpdate: withDefaults,
  validate: (object, old) => bindingErrors(object, old, false),
};

/** Groups that clients may leave out (rbac/v1 `SetDefaults_…`). */
function withDefaults(object: KubeObject): KubeObject {
  const roleRef = struct(object, 'roleRef');
  const subjects = structs(field(object, 'subjects')).map((subject) => {
    const named = subject['kind'] === 'User' || subject['kind'] === 'Group';
    return named && !subject['apiGroup'] ? { ...subject, apiGroup: rbacGroup } : subject;
  });
  return withFields(object, {
    roleRef: roleRef['apiGroup'] ? roleRef : { ...roleRef, apiGroup: rbacGroup },
    ...(field(object, 'subjects') !== undefined && { subjects }),
  });
}

function ruleErrors(object: KubeObject, namespaced: boolean): readonly FieldError[] {
  const rules = field(object, 'rules');
  if (rules === undefined || rules === null) return [];
  if (!Array.isArray(rules)) return [invalid('rules', 'object', 'must be a list')];
  return rules.flatMap((rule, index) =>
    isJsonObject(rule)
      ? oneRuleErrors(rule, `rules[${index}]`, namespaced)
      : [invalid(`rules[${index}]`, typeof rule, 'must be an object')],
  );
}

const lists = ['verbs', 'apiGroups', 'resources', 'resourceNames', 'nonResourceURLs'];

function oneRuleErrors(rule: JsonObject, path: string, namespaced: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const name of lists) {
    const value = rule[name];
    const fits =
      value === undefined ||
      value === null ||
      (Array.isArray(value) && value.every((each) => typeof each === 'string'));
    if (!fits) errors.push(invalid(`${path}.${name}`, value, 'must be a list of texts'));
  }
  const empty = (name: string) => texts(rule[name]).length === 0;
  if (empty('verbs')) {
    errors.push(required(`${path}.verbs`, 'verbs must contain at least one value'));
  }
  const urls = texts(rule['nonResourceURLs']);
  if (urls.length > 0) {
    const at = `${path}.nonResourceURLs`;
    if (namespaced) {
      errors.push(invalid(at, urls, 'namespaced rules cannot apply to non-resource URLs'));
    }
    if (!empty('apiGroups') || !empty('resources') || !empty('resourceNames')) {
      const why = 'rules cannot apply to both regular resources and non-resource URLs';
      errors.push(invalid(at, urls, why));
    }
    return errors;
  }
  if (empty('apiGroups')) {
    errors.push(required(`${path}.apiGroups`, 'resource rules must supply at least one api group'));
  }
  if (empty('resources')) {
    errors.push(required(`${path}.resources`, 'resource rules must supply at least one resource'));
  }
  return errors;
}

function aggregationErrors(object: KubeObject): readonly FieldError[] {
  const aggregation = field(object, 'aggregationRule');
  if (aggregation === undefined || aggregation === null) return [];
  const path = 'aggregationRule.clusterRoleSelectors';
  const selectors = isJsonObject(aggregation) ? structs(aggregation['clusterRoleSelectors']) : [];
  if (selectors.length === 0) {
    const why = 'at least one clusterRoleSelector required if aggregationRule is non-nil';
    return [required(path, why)];
  }
  return selectors.flatMap((selector, index) => {
    const compiled = compileSelector(selector as LabelSelector);
    return compiled.ok ? [] : [invalid(`${path}[${index}]`, selector, compiled.message)];
  });
}

function bindingErrors(
  object: KubeObject,
  old: KubeObject | null,
  namespaced: boolean,
): readonly FieldError[] {
  const roleRef = struct(object, 'roleRef');
  const errors: FieldError[] = [];
  if (roleRef['apiGroup'] !== rbacGroup) {
    errors.push(notSupported('roleRef.apiGroup', textOf(roleRef['apiGroup']), [rbacGroup]));
  }
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(textOf(roleRef['kind']))) {
    errors.push(notSupported('roleRef.kind', textOf(roleRef['kind']), kinds));
  }
  const name = textOf(roleRef['name']);
  if (name === '') errors.push(required('roleRef.name'));
  else errors.push(...pathSegmentFaults(name).map((why) => invalid('roleRef.name', name, why)));
  structs(field(object, 'subjects')).forEach((subject, index) => {
    errors.push(...subjectErrors(subject, `subjects[${index}]`, namespaced));
  });
  if (old !== null && !jsonEqual(roleRef, struct(old, 'roleRef'))) {
    errors.push(invalid('roleRef', roleRef, 'cannot change roleRef'));
  }
  return errors;
}

function subjectErrors(
  subject: JsonObject,
  path: string,
  namespaced: boolean,
): readonly FieldError[] {
  const [kind, name] = [textOf(subject['kind']), textOf(subject['name'])];
  const group = textOf(subject['apiGroup']);
  const errors: FieldError[] = name === '' ? [required(`${path}.name`)] : [];
  if (kind === 'User' || kind === 'Group') {
    if (group !== rbacGroup) errors.push(notSupported(`${path}.apiGroup`, group, [rbacGroup]));
    return errors;
  }
  if (kind !== 'ServiceAccount') {
    errors.push(notSupported(`${path}.kind`, kind, ['ServiceAccount', 'User', 'Group']));
    return errors;
  }
  if (name !== '') {
    errors.push(...dnsSubdomainFaults(name).map((why) => invalid(`${path}.name`, name, why)));
  }
  if (group !== '') errors.push(notSupported(`${path}.apiGroup`, group, ['']));
  if (!namespaced && textOf(subject['namespace']) === '') {
    errors.push(required(`${path}.namespace`));
  }
  return errors;
}
