import type { KubeObject } from '../../../kube/object.ts';
import type { StoreKey } from '../../store/store.ts';
import type { WriteOptions } from '../request/options.ts';
import type { Requester } from '../request/requester.ts';
import type { Resource } from '../resources/resource.ts';

/** One request for an object or a collection of a resource. */
export interface Call {
  readonly resource: Resource;
  /** Empty: the object itself. */
  readonly subresource: string;
  /** Empty for cluster-scoped resources and for all namespaces. */
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
  readonly requester: Requester;
  /** Sent as `Warning` headers, in order. */
  readonly warnings: string[];
}

/** A request that writes. */
export interface WriteCall extends Call {
  readonly options: WriteOptions;
  /** Who is written down as manager of the fields. */
  readonly manager: string;
}

/** What a write left behind. */
export interface WriteOutcome {
  /** In the version that was asked for. */
  readonly object: KubeObject;
  /** Its JSON. */
  readonly text: string;
  readonly created: boolean;
}

/** Where the object of a call lies. */
export function keyOf({ resource, namespace }: Call, name: string): StoreKey {
  const { group, resource: plural } = resource.storage ?? {
    group: resource.group,
    resource: resource.plural,
  };
  return { group, resource: plural, namespace: resource.namespaced ? namespace : '', name };
}
