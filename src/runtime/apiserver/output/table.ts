import { instant } from '../../../base/instant.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { ageColumn } from '../../../kube/schema/custom-kind.ts';
import { tableOf } from '../../../kube/table/table.ts';
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
export function tableText({ resource, form, objects, metadata, now }: TableInput): string {
  // a custom kind without columns shows its age
  const columns = resource.columns ?? (resource.custom ? [ageColumn] : null);
  const { columnDefinitions, rows } = tableOf(resource, objects, instant(now), {
    include: form.includeObject,
    ...(columns !== null && { columns }),
  });
  const apiVersion = `meta.k8s.io/${form.version}`;
  return printJson({ kind: 'Table', apiVersion, metadata, columnDefinitions, rows });
}
