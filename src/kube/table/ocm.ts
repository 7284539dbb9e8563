import { clusterGroup, placementLabel } from '../ocm/cluster.ts';
import { at, listAt, none, textAt } from './fields.ts';
import { ageOfObject, type KindTable, nameColumn, tableFrom } from './kind-table.ts';

const mostNamed = 5;

/**
 * Kinds of OCM of which more can be shown than printer columns can say: those show the first of several values only.
 */
export const ocmTables: Readonly<Record<string, KindTable>> = {
  [`${clusterGroup}/PlacementDecision`]: tableFrom([
    nameColumn,
    {
      name: 'Placement',
      cell: (object) => textAt(object, ['metadata', 'labels', placementLabel], none),
    },
    { name: 'Clusters', cell: (object) => some(listAt(object, 'status', 'decisions')) },
    ageOfObject,
  ]),
  'policy.open-cluster-management.io/PlacementBinding': tableFrom([
    nameColumn,
    { name: 'Placement', cell: (object) => textAt(object, ['placementRef', 'name']) },
    {
      name: 'Subjects',
      cell: (object) =>
        listAt(object, 'subjects')
          .map((each) => `${textAt(each, ['kind'])}/${textAt(each, ['name'])}`)
          .join(','),
    },
    ageOfObject,
  ]),
};

function some(decisions: readonly unknown[]): string {
  const names = decisions.map((each) => String(at(each, 'clusterName') ?? ''));
  const more = names.length > mostNamed ? ` + ${names.length - mostNamed} more...` : '';
  return names.slice(0, mostNamed).join(',') + more || none;
}
