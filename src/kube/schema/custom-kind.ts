import type { PrinterColumn } from '../core.ts';
import type { Schema } from './schema.ts';

/** What the definition of one of our kinds says beyond the table of kinds. */
export interface CustomKind {
  readonly kind: string;
  /** Of the whole object; `apiVersion`, `kind` and `metadata` are understood. */
  readonly schema: Schema;
  readonly columns?: readonly PrinterColumn[];
  /** Labels of the CustomResourceDefinition. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** When the object was made. */
export const ageColumn: PrinterColumn = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
};

/** A column of texts. */
export function column(name: string, jsonPath: string): PrinterColumn {
  return { name, type: 'string', jsonPath };
}

/** A column with the status of a condition, or another field of it. */
export function conditionColumn(
  name: string,
  condition: string,
  field: 'status' | 'reason' = 'status',
): PrinterColumn {
  return column(name, `.status.conditions[?(@.type=="${condition}")].${field}`);
}
