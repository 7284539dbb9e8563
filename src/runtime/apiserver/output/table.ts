import type { KubeObject } from '../../../kube/object.ts';
import { printJson } from '../../store/text.ts';
import type { Resource } from '../resources/resource.ts';
import type { Form } from './form.ts';

/** What a table is made of. */
export interface TableInput {
  readonly resource: Resource;
  readonly form: Form;
  readonly objects: readonly KubeObject[];
  /** Of the list. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Milliseconds; ages are told against it. */
  readonly now: number;
}

/** JSON of a `Table`. */
export function tableText({ objects, metadata, form }: TableInput): string {
  return printJson({
    kind: 'Table',
    apiVersion: `meta.k8s.io/${form.version}`,
    metadata,
    columnDefinitions: [],
    rows: objects,
  });
}
