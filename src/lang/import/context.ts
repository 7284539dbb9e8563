import { refKey } from '../../kube/object.ts';
import { clusterGroup } from '../../kube/ocm/cluster.ts';
import type { KindNames } from './kinds.ts';
import type { Source } from './tree.ts';

/** What the printers of one module share. */
export interface PrintContext {
  /** Namespace of the file that is printed. */
  readonly namespace: string;
  readonly kinds: KindNames;
  /** Whether a set, a placement or a policy of that name is among the declarations. */
  readonly declares: (construct: 'clusterset' | 'placement' | 'policy', name: string) => boolean;
  /** Whether a template of that kind and name was printed before; it is now (Rule 45). */
  readonly isTwice: (template: string) => boolean;
  /** Where an object was read; null where it was not. */
  readonly sourceOf: (key: string) => Source | null;
}

/** A step of the ladder (Rule 63), from the most to the least that the language says about an object. */
export type Rung =
  | 'construct'
  /** Every template is a fence, also one on one line: as a string it does not fit its field. */
  | 'fences'
  /** Kinds are declared, so that nobody holds bodies against a schema. */
  | 'untyped'
  /** Templates of texts are STRINGs. */
  | 'strings'
  /** Templates of a policy are the objects they are. */
  | 'templates'
  | 'resource'
  | 'untyped resource'
  | 'refused';

/** The key of the object of a construct. */
export function keyOfConstruct(
  kind: 'Placement' | 'ManagedClusterSet',
  namespace: string,
  name: string,
): string {
  return refKey({ group: clusterGroup, kind, namespace, name });
}
