import type { IrExpr } from '../../ir/expr.ts';
import { fieldsOf } from './known.ts';
import type { Typed } from './typed.ts';

/** The namespace a manifest names; null where it names none, or one that is known on a cluster only. */
export function manifestNamespace(manifest: Typed): string | null {
  if (manifest.known) {
    const namespace = fieldsOf(fieldsOf(manifest.value)?.get('metadata'))?.get('namespace');
    return typeof namespace === 'string' ? namespace : null;
  }
  return namespaceIn(fieldIn(manifest.ir, 'metadata'));
}

function namespaceIn(metadata: IrExpr | null): string | null {
  if (metadata?.op === 'const') {
    const { value } = metadata;
    const of = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
    const namespace = (of as Readonly<Record<string, unknown>>)['namespace'];
    return typeof namespace === 'string' ? namespace : null;
  }
  const namespace = metadata === null ? null : fieldIn(metadata, 'namespace');
  return namespace?.op === 'const' && typeof namespace.value === 'string' ? namespace.value : null;
}

function fieldIn(expr: IrExpr, key: string): IrExpr | null {
  if (expr.op !== 'record') return null;
  const found = expr.items.findLast((item) => item.item === 'field' && item.key === key);
  return found?.item === 'field' ? found.value : null;
}
