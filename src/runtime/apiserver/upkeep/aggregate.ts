import { compareText, jsonEqual } from '../../../base/json.ts';
import { type ClusterRole, type PolicyRule, rbacGroup } from '../../../kube/core.ts';
import { compileSelector, matchesLabels } from '../../../kube/selector.ts';
import type { Store } from '../../store/store.ts';
import type { Api } from '../api.ts';
import { callFor } from '../bootstrap/bootstrap.ts';
import { updateObject } from '../verbs/update.ts';
import { repeated } from './repeated.ts';

const clusterRoles = { group: rbacGroup, resource: 'clusterroles' };

/**
 * Keeps the rules of aggregated ClusterRoles: those of all roles their selectors match, in order of name. Returns how
 * to stop. (In a cluster of Kubernetes kube-controller-manager does it.)
 */
export function aggregateRoles(api: Api, tellBug: (error: unknown) => void): () => void {
  const run = repeated(async () => {
    for (const role of rolesOf(api.store)) {
      if (role.aggregationRule !== undefined) await gather(api, role);
    }
  }, tellBug);
  const stop = api.store.subscribe(({ key }) => {
    if (key.group === rbacGroup && key.resource === 'clusterroles') run();
  });
  run();
  return stop;
}

async function gather(api: Api, role: ClusterRole): Promise<void> {
  const resource = api.catalog.find(rbacGroup, 'v1', 'clusterroles');
  const rules = gathered(rolesOf(api.store), role);
  if (resource === undefined || jsonEqual(rules, role.rules ?? [])) return;
  const call = {
    ...callFor(resource, role.metadata.name),
    manager: 'clusterrole-aggregation-controller',
  };
  const next = { ...role, rules };
  // a refusal means that the role has changed or gone; the event of that starts the next round
  await updateObject(api, call, {
    next: () => ({ object: next, unknown: [] }),
    absent: null,
  });
}

function gathered(all: readonly ClusterRole[], role: ClusterRole): readonly PolicyRule[] {
  const selectors = (role.aggregationRule?.clusterRoleSelectors ?? []).map((each) =>
    compileSelector(each),
  );
  const rules: PolicyRule[] = [];
  for (const other of all) {
    if (other.metadata.name === role.metadata.name) continue;
    const selected = selectors.some(
      (each) => each.ok && matchesLabels(each.requirements, other.metadata.labels),
    );
    if (!selected) continue;
    for (const rule of other.rules ?? []) {
      if (!rules.some((known) => jsonEqual(known, rule))) rules.push(rule);
    }
  }
  return rules;
}

function rolesOf(store: Store): readonly ClusterRole[] {
  const list = store.list({ ...clusterRoles, namespace: '' });
  if (typeof list === 'string') return [];
  return list.items
    .map((stored) => stored.object() as ClusterRole)
    .sort((a, b) => compareText(a.metadata.name, b.metadata.name));
}
