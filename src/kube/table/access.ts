import { humanDuration } from './age.ts';
import { at, listAt, none, numberAt, selectorText, textAt } from './fields.ts';
import { ageOfObject, type KindTable, nameColumn, tableFrom } from './kind-table.ts';

const subjects = (object: unknown, kind: string): string =>
  listAt(object, 'subjects')
    .filter((each) => at(each, 'kind') === kind)
    .map((each) =>
      kind === 'ServiceAccount'
        ? `${textAt(each, ['namespace'])}/${textAt(each, ['name'])}`
        : textAt(each, ['name']),
    )
    .join(', ');

const bindings = tableFrom([
  nameColumn,
  {
    name: 'Role',
    cell: (object) =>
      `${textAt(object, ['roleRef', 'kind'])}/${textAt(object, ['roleRef', 'name'])}`,
  },
  ageOfObject,
  { name: 'Users', wide: true, cell: (object) => subjects(object, 'User') },
  { name: 'Groups', wide: true, cell: (object) => subjects(object, 'Group') },
  { name: 'ServiceAccounts', wide: true, cell: (object) => subjects(object, 'ServiceAccount') },
]);

const requests = tableFrom([
  nameColumn,
  ageOfObject,
  { name: 'SignerName', cell: (object) => textAt(object, ['spec', 'signerName']) || none },
  { name: 'Requestor', cell: (object) => textAt(object, ['spec', 'username']) },
  {
    name: 'RequestedDuration',
    cell: (object) => {
      const seconds = at(object, 'spec', 'expirationSeconds');
      return typeof seconds === 'number' ? humanDuration(seconds * 1000) : none;
    },
  },
  { name: 'Condition', cell: requestState },
]);

function requestState(object: unknown): string {
  const conditions = listAt(object, 'status', 'conditions');
  const has = (type: string) => conditions.some((each) => at(each, 'type') === type);
  const answer = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  const failed = has('Failed') ? ',Failed' : '';
  const issued = textAt(object, ['status', 'certificate']) === '' ? '' : ',Issued';
  return `${answer}${failed}${issued}`;
}

/** Tables of access, certificates, leases and networks, by `group/Kind`. */
export const accessTables: Readonly<Record<string, KindTable>> = {
  'rbac.authorization.k8s.io/RoleBinding': bindings,
  'rbac.authorization.k8s.io/ClusterRoleBinding': bindings,
  'certificates.k8s.io/CertificateSigningRequest': requests,
  'coordination.k8s.io/Lease': tableFrom([
    nameColumn,
    { name: 'Holder', cell: (object) => textAt(object, ['spec', 'holderIdentity']) },
    ageOfObject,
  ]),
  'networking.k8s.io/NetworkPolicy': tableFrom([
    nameColumn,
    {
      name: 'Pod-Selector',
      cell: (object) => selectorText(at(object, 'spec', 'podSelector')),
    },
    ageOfObject,
  ]),
  'networking.k8s.io/Ingress': tableFrom([
    nameColumn,
    { name: 'Class', cell: (object) => textAt(object, ['spec', 'ingressClassName'], none) },
    { name: 'Hosts', cell: ingressHosts },
    {
      name: 'Address',
      cell: (object) =>
        listAt(object, 'status', 'loadBalancer', 'ingress')
          .map((each) => textAt(each, ['ip']) || textAt(each, ['hostname']))
          .filter((each) => each !== '')
          .join(','),
    },
    {
      name: 'Ports',
      cell: (object) => (listAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80'),
    },
    ageOfObject,
  ]),
  'policy/PodDisruptionBudget': tableFrom([
    nameColumn,
    { name: 'Min Available', cell: (object) => budget(object, 'minAvailable') },
    { name: 'Max Unavailable', cell: (object) => budget(object, 'maxUnavailable') },
    {
      name: 'Allowed Disruptions',
      type: 'integer',
      cell: (object) => numberAt(object, ['status', 'disruptionsAllowed']),
    },
    ageOfObject,
  ]),
};

function ingressHosts(object: unknown): string {
  const hosts = listAt(object, 'spec', 'rules').map((each) => textAt(each, ['host']));
  const named = hosts.filter((host) => host !== '');
  if (named.length === 0) return '*';
  const more = named.length > 3 ? ` + ${named.length - 3} more...` : '';
  return named.slice(0, 3).join(',') + more;
}

function budget(object: unknown, field: string): string {
  const value = at(object, 'spec', field);
  return typeof value === 'number' || typeof value === 'string' ? String(value) : 'N/A';
}
