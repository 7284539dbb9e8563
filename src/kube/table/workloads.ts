import { parseInstant } from '../../base/instant.ts';
import { ageOf, humanDuration } from './age.ts';
import { at, labelsText, listAt, none, numberAt, selectorText, textAt } from './fields.ts';
import { ageOfObject, type ColumnOf, type KindTable, nameColumn, tableFrom } from './kind-table.ts';

const template = ['spec', 'template'] as const;
const containersOf = (object: unknown, path: readonly string[]) =>
  listAt(object, ...path, 'spec', 'containers');
const joined = (containers: readonly unknown[], field: string) =>
  containers.map((each) => textAt(each, [field])).join(',');

const wide = (path: readonly string[]): readonly ColumnOf[] => [
  { name: 'Containers', wide: true, cell: (object) => joined(containersOf(object, path), 'name') },
  { name: 'Images', wide: true, cell: (object) => joined(containersOf(object, path), 'image') },
];
const selector: ColumnOf = {
  name: 'Selector',
  wide: true,
  cell: (object) => selectorText(at(object, 'spec', 'selector')),
};
const count = (name: string, ...path: readonly string[]): ColumnOf => ({
  name,
  type: 'integer',
  cell: (object) => numberAt(object, path),
});
const replicas = (object: unknown) => numberAt(object, ['spec', 'replicas'], 1);
const ready = (object: unknown) => numberAt(object, ['status', 'readyReplicas']);

const deployments = tableFrom([
  nameColumn,
  { name: 'Ready', cell: (object) => `${ready(object)}/${replicas(object)}` },
  { name: 'Up-to-date', cell: (object) => numberAt(object, ['status', 'updatedReplicas']) },
  { name: 'Available', cell: (object) => numberAt(object, ['status', 'availableReplicas']) },
  ageOfObject,
  ...wide(template),
  selector,
]);

const replicated = (selectorColumn: ColumnOf) =>
  tableFrom([
    nameColumn,
    { name: 'Desired', type: 'integer', cell: replicas },
    count('Current', 'status', 'replicas'),
    count('Ready', 'status', 'readyReplicas'),
    ageOfObject,
    ...wide(template),
    selectorColumn,
  ]);

const statefulSets = tableFrom([
  nameColumn,
  { name: 'Ready', cell: (object) => `${ready(object)}/${replicas(object)}` },
  ageOfObject,
  ...wide(template),
]);

const daemonSets = tableFrom([
  nameColumn,
  count('Desired', 'status', 'desiredNumberScheduled'),
  count('Current', 'status', 'currentNumberScheduled'),
  count('Ready', 'status', 'numberReady'),
  count('Up-to-date', 'status', 'updatedNumberScheduled'),
  count('Available', 'status', 'numberAvailable'),
  {
    name: 'Node Selector',
    cell: (object) => labelsText(at(object, ...template, 'spec', 'nodeSelector')),
  },
  ageOfObject,
  ...wide(template),
  selector,
]);

const jobs = tableFrom([
  nameColumn,
  { name: 'Status', cell: jobStatus },
  {
    name: 'Completions',
    cell: (object) => {
      const done = numberAt(object, ['status', 'succeeded']);
      const wanted = at(object, 'spec', 'completions');
      if (typeof wanted === 'number') return `${done}/${wanted}`;
      const parallel = numberAt(object, ['spec', 'parallelism']);
      return parallel > 1 ? `${done}/1 of ${parallel}` : `${done}/1`;
    },
  },
  {
    name: 'Duration',
    cell: (object, now) => {
      const start = parseInstant(textAt(object, ['status', 'startTime']));
      if (start === null) return '';
      const end = parseInstant(textAt(object, ['status', 'completionTime']));
      return humanDuration((end ?? now) - start);
    },
  },
  ageOfObject,
  ...wide(template),
  selector,
]);

function jobStatus(object: unknown): string {
  const holds = (type: string) =>
    listAt(object, 'status', 'conditions').some(
      (each) => at(each, 'type') === type && at(each, 'status') === 'True',
    );
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (at(object, 'metadata', 'deletionTimestamp') !== undefined) return 'Terminating';
  if (holds('Suspended')) return 'Suspended';
  if (holds('FailureTarget')) return 'FailureTarget';
  return holds('SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

const jobTemplate = ['spec', 'jobTemplate', 'spec', 'template'] as const;
const cronJobs = tableFrom([
  nameColumn,
  { name: 'Schedule', cell: (object) => textAt(object, ['spec', 'schedule']) },
  { name: 'Timezone', cell: (object) => textAt(object, ['spec', 'timeZone'], none) },
  {
    name: 'Suspend',
    type: 'boolean',
    cell: (object) => (at(object, 'spec', 'suspend') === true ? 'True' : 'False'),
  },
  { name: 'Active', type: 'integer', cell: (object) => listAt(object, 'status', 'active').length },
  {
    name: 'Last Schedule',
    cell: (object, now) => {
      const last = at(object, 'status', 'lastScheduleTime');
      return typeof last === 'string' ? ageOf(last, now) : none;
    },
  },
  ageOfObject,
  ...wide(jobTemplate),
  {
    ...selector,
    cell: (object) => selectorText(at(object, 'spec', 'jobTemplate', 'spec', 'selector')),
  },
]);

/** Tables of workloads, by `group/Kind`. */
export const workloadTables: Readonly<Record<string, KindTable>> = {
  'apps/Deployment': deployments,
  'apps/ReplicaSet': replicated(selector),
  '/ReplicationController': replicated({
    ...selector,
    cell: (object) => labelsText(at(object, 'spec', 'selector')),
  }),
  'apps/StatefulSet': statefulSets,
  'apps/DaemonSet': daemonSets,
  'batch/Job': jobs,
  'batch/CronJob': cronJobs,
};
