import { type Access, Client } from './harness.ts';
import type { Step } from './steps.ts';
import { until } from './suite.ts';

const group = 'rbac.authorization.k8s.io';
const apiVersion = `${group}/v1`;
const cluster = `/apis/${apiVersion}`;
const local = `${cluster}/namespaces/default`;
const user = (name: string) => ({ kind: 'User', apiGroup: group, name });
const rule = (resources: readonly string[], verbs: readonly string[], more: object = {}) => ({
  ...{ apiGroups: [''], resources, verbs },
  ...more,
});
const roleRef = (name: string, kind = 'ClusterRole') => ({ apiGroup: group, kind, name });
const object = (kind: string, name: string, more: object) => ({
  ...{ apiVersion, kind, metadata: { name } },
  ...more,
});
const role = (name: string, rules: readonly object[], more: object = {}) =>
  object('Role', name, { rules, ...more });
const clusterRole = (name: string, rules: readonly object[], more: object = {}) =>
  object('ClusterRole', name, { rules, ...more });
const binding = (name: string, to: object, subjects: readonly object[] = [user('x')]) =>
  object('RoleBinding', name, { roleRef: to, subjects });
const clusterBinding = (name: string, to: object, subjects: readonly object[] = [user('x')]) =>
  object('ClusterRoleBinding', name, { roleRef: to, subjects });

const manage = rule(
  ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
  ['get', 'list', 'create', 'update', 'patch', 'delete'],
  { apiGroups: [group] },
);
/** Who tries, and what they may do beside managing roles. */
const people: Readonly<Record<string, readonly object[]>> = {
  manager: [
    rule(['pods', 'configmaps'], ['get', 'list']),
    { nonResourceURLs: ['/metrics/*'], verbs: ['get'] },
  ],
  escalator: [rule(['clusterroles', 'roles'], ['escalate'], { apiGroups: [group] })],
  'one-escalator': [
    rule(['roles'], ['escalate'], { apiGroups: [group], resourceNames: ['allowed'] }),
  ],
  binder: [rule(['clusterroles'], ['bind'], { apiGroups: [group], resourceNames: ['lendable'] })],
  'local-binder': [rule(['roles'], ['bind'], { apiGroups: [group] })],
  everything: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ],
  impersonator: [
    rule(['users'], ['impersonate'], { resourceNames: ['manager', 'everything'] }),
    rule(['groups'], ['impersonate'], { resourceNames: ['devs', 'system:authenticated'] }),
    rule(['serviceaccounts'], ['impersonate'], { resourceNames: ['bot'] }),
    rule(['uids'], ['impersonate'], { apiGroups: ['authentication.k8s.io'], resourceNames: ['1'] }),
    rule(['userextras/scopes'], ['impersonate'], {
      ...{ apiGroups: ['authentication.k8s.io'], resourceNames: ['view'] },
    }),
  ],
};

/** Grants everybody theirs, and comes back when the grants count. */
export async function peopleOf(
  admin: Client,
  access: (name: string) => Promise<Access>,
): Promise<ReadonlyMap<string, Client>> {
  await admin.post(`${local}/roles`, role('powerful', [rule(['secrets'], ['*'])]));
  const lendable = clusterRole('lendable', [rule(['nodes'], ['get', 'list'])]);
  await admin.post(`${cluster}/clusterroles`, lendable);
  const clients = new Map<string, Client>();
  for (const [name, rules] of Object.entries(people)) {
    const mark = rule([name], ['get'], { apiGroups: ['marker'] });
    await admin.post(
      `${cluster}/clusterroles`,
      clusterRole(`of-${name}`, [manage, mark, ...rules]),
    );
    const bound = clusterBinding(`of-${name}`, roleRef(`of-${name}`), [user(name)]);
    await admin.post(`${cluster}/clusterrolebindings`, bound);
    const client = new Client(await access(name));
    clients.set(name, client);
    await until(async () => {
      const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
      const resourceAttributes = { verb: 'get', group: 'marker', resource: name };
      const review = await client.post(path, {
        ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' },
        spec: { resourceAttributes },
      });
      return review.body.status?.allowed === true;
    });
  }
  return clients;
}

type Try = readonly [string, (c: Client) => ReturnType<Client['get']>];
const dry = '?dryRun=All';
const aggregation = (label: string) => ({
  aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [label]: 'true' } }] },
});
const whoami = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
const act = (headers: Readonly<Record<string, string | readonly string[]>>) => (c: Client) =>
  c.send('POST', whoami, {
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
    headers,
  });

const tries: readonly Try[] = [
  ['a role within', (c) => c.post(`${local}/roles${dry}`, role('r', [rule(['pods'], ['get'])]))],
  [
    'a role of a verb more',
    (c) => c.post(`${local}/roles${dry}`, role('r', [rule(['pods'], ['get', 'delete'])])),
  ],
  [
    'a role of all verbs',
    (c) => c.post(`${local}/roles${dry}`, role('r', [rule(['pods'], ['*'])])),
  ],
  [
    'a role of all resources',
    (c) => c.post(`${local}/roles${dry}`, role('r', [rule(['*'], ['get'])])),
  ],
  [
    'a role of a part',
    (c) => c.post(`${local}/roles${dry}`, role('r', [rule(['pods/log'], ['get'])])),
  ],
  [
    'a role of another group',
    (c) =>
      c.post(`${local}/roles${dry}`, role('r', [rule(['pods'], ['get'], { apiGroups: ['apps'] })])),
  ],
  [
    'a role of one object',
    (c) =>
      c.post(
        `${local}/roles${dry}`,
        role('r', [rule(['pods'], ['get'], { resourceNames: ['a'] })]),
      ),
  ],
  [
    'a role of paths within',
    (c) =>
      c.post(
        `${cluster}/clusterroles${dry}`,
        clusterRole('r', [{ nonResourceURLs: ['/metrics/a'], verbs: ['get'] }]),
      ),
  ],
  [
    'a role of other paths',
    (c) =>
      c.post(
        `${cluster}/clusterroles${dry}`,
        clusterRole('r', [{ nonResourceURLs: ['/metrics'], verbs: ['get'] }]),
      ),
  ],
  [
    'a role of all paths',
    (c) =>
      c.post(
        `${cluster}/clusterroles${dry}`,
        clusterRole('r', [{ nonResourceURLs: ['*'], verbs: ['get'] }]),
      ),
  ],
  [
    'a role of that name',
    (c) => c.post(`${local}/roles${dry}`, role('allowed', [rule(['secrets'], ['get'])])),
  ],
  ['an empty role', (c) => c.post(`${local}/roles${dry}`, role('r', []))],
  [
    'a gathering role',
    (c) => c.post(`${cluster}/clusterroles${dry}`, clusterRole('r', [], aggregation('x'))),
  ],
  [
    'a role that escalates',
    (c) =>
      c.post(
        `${local}/roles${dry}`,
        role('r', [rule(['roles'], ['escalate'], { apiGroups: [group] })]),
      ),
  ],
  [
    'a role that impersonates',
    (c) =>
      c.post(`${cluster}/clusterroles${dry}`, clusterRole('r', [rule(['users'], ['impersonate'])])),
  ],
  [
    'a role by PUT',
    async (c) => {
      const { body } = await c.get(`${local}/roles/powerful`);
      return c.put(`${local}/roles/powerful${dry}`, {
        ...body,
        rules: [...body.rules, rule(['pods'], ['get'])],
      });
    },
  ],
  [
    'a role by a label',
    (c) => c.patch(`${local}/roles/powerful${dry}`, 'merge', { metadata: { labels: { a: 'b' } } }),
  ],
  [
    'a role by an owner',
    (c) => c.patch(`${local}/roles/powerful${dry}`, 'merge', { metadata: { finalizers: ['a/b'] } }),
  ],
  [
    'a role by apply',
    (c) =>
      c.patch(
        `${local}/roles/applied${dry}&fieldManager=x`,
        'apply',
        role('applied', [rule(['secrets'], ['get'])]),
      ),
  ],
  [
    'a role by operations',
    (c) =>
      c.patch(`${local}/roles/powerful${dry}`, 'json', [
        { op: 'add', path: '/rules/-', value: rule(['nodes'], ['get']) },
      ]),
  ],
  [
    'a label that is gathered',
    (c) =>
      c.patch(`${cluster}/clusterroles/of-manager${dry}`, 'merge', {
        metadata: { labels: { 'rbac.authorization.k8s.io/aggregate-to-admin': 'true' } },
      }),
  ],
  ['away with a role', (c) => c.delete(`${local}/roles/powerful${dry}`)],
  [
    'a binding to a role within',
    (c) => c.post(`${local}/rolebindings${dry}`, binding('b', roleRef('of-manager'))),
  ],
  [
    'a binding to cluster-admin',
    (c) => c.post(`${local}/rolebindings${dry}`, binding('b', roleRef('cluster-admin'))),
  ],
  [
    'a binding to a role that may be lent',
    (c) => c.post(`${local}/rolebindings${dry}`, binding('b', roleRef('lendable'))),
  ],
  [
    'a binding of the cluster to a role that may be lent',
    (c) => c.post(`${cluster}/clusterrolebindings${dry}`, clusterBinding('b', roleRef('lendable'))),
  ],
  [
    'a binding to a powerful role',
    (c) => c.post(`${local}/rolebindings${dry}`, binding('b', roleRef('powerful', 'Role'))),
  ],
  [
    'a binding to nothing',
    (c) => c.post(`${local}/rolebindings${dry}`, binding('b', roleRef('absent', 'Role'))),
  ],
  [
    'a binding of masters',
    (c) =>
      c.post(
        `${cluster}/clusterrolebindings${dry}`,
        clusterBinding('b', roleRef('cluster-admin'), [
          { kind: 'Group', apiGroup: group, name: 'system:masters' },
        ]),
      ),
  ],
  [
    'a binding of more people',
    (c) =>
      c.patch(`${cluster}/clusterrolebindings/cluster-admin${dry}`, 'merge', {
        subjects: [user('me')],
      }),
  ],
  [
    'a binding by apply',
    (c) =>
      c.patch(
        `${local}/rolebindings/b${dry}&fieldManager=x`,
        'apply',
        binding('b', roleRef('cluster-admin')),
      ),
  ],
  [
    'a binding to another kind',
    (c) => c.post(`${local}/rolebindings${dry}`, binding('b', roleRef('x', 'Secret'))),
  ],
  [
    'a binding of a strange subject',
    (c) =>
      c.post(
        `${local}/rolebindings${dry}`,
        binding('b', roleRef('of-manager'), [{ kind: 'Robot', name: 'x' }]),
      ),
  ],
  ['as manager', act({ 'Impersonate-User': 'manager' })],
  ['as everything', act({ 'Impersonate-User': 'everything' })],
  ['as admin', act({ 'Impersonate-User': 'admin' })],
  ['as a member of devs', act({ 'Impersonate-User': 'manager', 'Impersonate-Group': 'devs' })],
  [
    'as a master',
    act({ 'Impersonate-User': 'manager', 'Impersonate-Group': ['devs', 'system:masters'] }),
  ],
  ['as the bot', act({ 'Impersonate-User': 'system:serviceaccount:default:bot' })],
  ['as another bot', act({ 'Impersonate-User': 'system:serviceaccount:default:other' })],
  ['as that uid', act({ 'Impersonate-User': 'manager', 'Impersonate-Uid': '1' })],
  ['as another uid', act({ 'Impersonate-User': 'manager', 'Impersonate-Uid': '2' })],
  ['with that scope', act({ 'Impersonate-User': 'manager', 'Impersonate-Extra-Scopes': 'view' })],
  [
    'with another scope',
    act({ 'Impersonate-User': 'manager', 'Impersonate-Extra-Scopes': ['view', 'edit'] }),
  ],
  ['with another extra', act({ 'Impersonate-User': 'manager', 'Impersonate-Extra-Other': 'view' })],
  ['as nobody, in a group', act({ 'Impersonate-Group': 'devs' })],
  ['as anonymous', act({ 'Impersonate-User': 'system:anonymous' })],
  ['as an empty user', act({ 'Impersonate-User': '' })],
  [
    'granting as everything',
    (c) =>
      c.send('POST', `${local}/roles${dry}`, {
        body: role('r', [rule(['*'], ['*'])]),
        headers: { 'Impersonate-User': 'everything' },
      }),
  ],
  [
    'granting as manager',
    (c) =>
      c.send('POST', `${local}/roles${dry}`, {
        body: role('r', [rule(['*'], ['*'])]),
        headers: { 'Impersonate-User': 'manager' },
      }),
  ],
];

const differs: Readonly<Record<string, string>> = {
  'a binding to another kind': 'kube-apiserver fails with 500',
  'a binding of a strange subject': 'refused for the subject before the rights are looked at',
};

/** What each of these people tries, and what they are told. */
export const escalations: readonly (Step & { readonly who: string })[] = Object.keys(
  people,
).flatMap((who) =>
  tries.map(([name, ask]) => ({
    ...{ who, name: `${who}: ${name}`, ask },
    ...(differs[name] !== undefined && { differs: differs[name] }),
  })),
);
