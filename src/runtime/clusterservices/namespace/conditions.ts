import { compareText } from '../../../base/json.ts';
import type { NewCondition } from '../../../kube/conditions.ts';
import type { KubeObject } from '../../../kube/object.ts';

/** Something that is left in a namespace, and what its kind is called: `configmaps.`, `deployments.apps`. */
export interface Content {
  readonly object: KubeObject;
  readonly resource: string;
}

/** What a terminating namespace says about itself (kubernetes `namespace/deletion/status_condition_utils.go`). */
export function namespaceConditions(left: readonly Content[]): readonly NewCondition[] {
  const finalizers = left.flatMap(({ object }) => object.metadata.finalizers ?? []);
  return [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      status: 'False',
      reason: 'ResourcesDiscovered',
      message: 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionContentFailure',
      status: 'False',
      reason: 'ContentDeleted',
      message: 'All content successfully deleted, may be waiting on finalization',
    },
    left.length === 0
      ? {
          type: 'NamespaceContentRemaining',
          status: 'False',
          reason: 'ContentRemoved',
          message: 'All content successfully removed',
        }
      : {
          type: 'NamespaceContentRemaining',
          status: 'True',
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${counted(
            left.map(({ resource }) => resource),
            'has',
          )}`,
        },
    finalizers.length === 0
      ? {
          type: 'NamespaceFinalizersRemaining',
          status: 'False',
          reason: 'ContentHasNoFinalizers',
          message: 'All content-preserving finalizers finished',
        }
      : {
          type: 'NamespaceFinalizersRemaining',
          status: 'True',
          reason: 'SomeFinalizersRemain',
          message: `Some content in the namespace has finalizers remaining: ${counted(finalizers, 'in')}`,
        },
  ];
}

function counted(names: readonly string[], verb: 'has' | 'in'): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, count]) => `${name} ${verb} ${count} resource instances`)
    .join(', ');
}
