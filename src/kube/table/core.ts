import type { Instant } from '../../base/instant.ts';
import { ageOf } from './age.ts';
import { at, labelsText, listAt, none, numberAt, sizeAt, textAt } from './fields.ts';
import { ageOfObject, type ColumnOf, type KindTable, nameColumn, tableFrom } from './kind-table.ts';

const text = (name: string, ...path: readonly string[]): ColumnOf => ({
  name,
  cell: (object) => textAt(object, path),
});

const services = tableFrom([
  nameColumn,
  text('Type', 'spec', 'type'),
  { name: 'Cluster-IP', cell: (object) => textAt(object, ['spec', 'clusterIP']) || none },
  { name: 'External-IP', cell: externalIp },
  {
    name: 'Port(s)',
    cell: (object) =>
      listAt(object, 'spec', 'ports')
        .map((port) => {
          const node = numberAt(port, ['nodePort']);
          const number = numberAt(port, ['port']);
          return `${number}${node > 0 ? `:${node}` : ''}/${textAt(port, ['protocol'], 'TCP')}`;
        })
        .join(',') || none,
  },
  ageOfObject,
  { name: 'Selector', wide: true, cell: (object) => labelsText(at(object, 'spec', 'selector')) },
]);

function externalIp(service: unknown): string {
  const external = listAt(service, 'spec', 'externalIPs').map(String);
  switch (at(service, 'spec', 'type')) {
    case 'LoadBalancer': {
      const ingress = listAt(service, 'status', 'loadBalancer', 'ingress')
        .map((each) => textAt(each, ['ip']) || textAt(each, ['hostname']))
        .filter((each) => each !== '');
      return [...ingress, ...external].join(',') || '<pending>';
    }
    case 'ExternalName':
      return textAt(service, ['spec', 'externalName']);
    default:
      return external.join(',') || none;
  }
}

const since = (time: unknown, now: Instant): string =>
  typeof time === 'string' ? ageOf(time, now) : '<unknown>';
const eventTimes = (event: unknown, now: Instant) => {
  const created = at(event, 'eventTime');
  const first = at(event, 'firstTimestamp') ?? created;
  const last = at(event, 'series', 'lastObservedTime') ?? at(event, 'lastTimestamp') ?? created;
  return { first: since(first, now), last: since(last ?? first, now) };
};
const events = tableFrom([
  { name: 'Last Seen', cell: (event, now) => eventTimes(event, now).last },
  text('Type', 'type'),
  text('Reason', 'reason'),
  {
    name: 'Object',
    cell: (event) => {
      const kind = textAt(event, ['involvedObject', 'kind']).toLowerCase();
      return `${kind}/${textAt(event, ['involvedObject', 'name'])}`;
    },
  },
  {
    name: 'Subobject',
    wide: true,
    cell: (event) => textAt(event, ['involvedObject', 'fieldPath']),
  },
  {
    name: 'Source',
    wide: true,
    cell: (event) => {
      const component =
        textAt(event, ['source', 'component']) || textAt(event, ['reportingComponent']);
      const host = textAt(event, ['source', 'host']) || textAt(event, ['reportingInstance']);
      return host === '' ? component : `${component}, ${host}`;
    },
  },
  { name: 'Message', cell: (event) => textAt(event, ['message']).trim() },
  { name: 'First Seen', wide: true, cell: (event, now) => eventTimes(event, now).first },
  {
    name: 'Count',
    wide: true,
    cell: (event) => numberAt(event, ['series', 'count']) || numberAt(event, ['count']) || 1,
  },
  { ...nameColumn, wide: true },
]);

const accessModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};
const modes = (list: readonly unknown[]) =>
  Object.entries(accessModes)
    .filter(([mode]) => list.includes(mode))
    .map(([, short]) => short)
    .join(',');

const claims = tableFrom([
  nameColumn,
  {
    name: 'Status',
    cell: (object) =>
      at(object, 'metadata', 'deletionTimestamp') === undefined
        ? textAt(object, ['status', 'phase'])
        : 'Terminating',
  },
  text('Volume', 'spec', 'volumeName'),
  {
    name: 'Capacity',
    cell: (object) =>
      textAt(object, ['spec', 'volumeName']) === ''
        ? ''
        : textAt(object, ['status', 'capacity', 'storage']),
  },
  {
    name: 'Access Modes',
    cell: (object) =>
      textAt(object, ['spec', 'volumeName']) === ''
        ? ''
        : modes(listAt(object, 'status', 'accessModes')),
  },
  text('StorageClass', 'spec', 'storageClassName'),
  {
    name: 'VolumeAttributesClass',
    cell: (object) => textAt(object, ['spec', 'volumeAttributesClassName'], '<unset>'),
  },
  ageOfObject,
  {
    name: 'VolumeMode',
    wide: true,
    cell: (object) => textAt(object, ['spec', 'volumeMode'], '<unset>'),
  },
]);

const endpointsTable = tableFrom([
  nameColumn,
  {
    name: 'Endpoints',
    cell: (object) => {
      const all = listAt(object, 'subsets').flatMap((subset) =>
        listAt(subset, 'addresses').flatMap((address) => {
          const ports = listAt(subset, 'ports');
          const ip = textAt(address, ['ip']);
          return ports.length === 0
            ? [ip]
            : ports.map((port) => `${ip}:${numberAt(port, ['port'])}`);
        }),
      );
      const more = all.length > 3 ? ` + ${all.length - 3} more...` : '';
      return all.slice(0, 3).join(',') + more || none;
    },
  },
  ageOfObject,
]);

/** Tables of the core group, workloads excepted, by `group/Kind`. */
export const coreTables: Readonly<Record<string, KindTable>> = {
  '/ConfigMap': tableFrom([
    nameColumn,
    { name: 'Data', cell: (object) => sizeAt(object, 'data') + sizeAt(object, 'binaryData') },
    ageOfObject,
  ]),
  '/Secret': tableFrom([
    nameColumn,
    text('Type', 'type'),
    { name: 'Data', cell: (object) => sizeAt(object, 'data') },
    ageOfObject,
  ]),
  '/ServiceAccount': tableFrom([nameColumn, ageOfObject]),
  '/Namespace': tableFrom([nameColumn, text('Status', 'status', 'phase'), ageOfObject]),
  '/Service': services,
  '/Endpoints': endpointsTable,
  '/Event': events,
  'events.k8s.io/Event': events,
  '/PersistentVolumeClaim': claims,
};
