import { kindInfo } from '../kinds.ts';
import { builtInSchemaOf } from './built-in.ts';
import { schemaOf } from './definitions.ts';
import type { Schema } from './schema.ts';

/**
 * The schema of a kind that comes with the product: of Kubernetes' own kinds, OCM's and ours, in the version the kind
 * table has. Undefined for every other kind, and for other versions of these.
 */
export function bundledSchemaOf(of: {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}): Schema | undefined {
  const builtIn = builtInSchemaOf(of);
  if (builtIn !== undefined) return builtIn;
  const info = kindInfo(of);
  return info?.version === of.version ? schemaOf(of) : undefined;
}
