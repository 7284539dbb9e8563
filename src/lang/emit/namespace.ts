import type { IrBinding, IrDecl, IrResource } from '../../ir/program.ts';
import type { Checked } from '../check/checked.ts';
import { boolOf, listOf, referredName } from '../check/known.ts';
import { originOf } from './context.ts';

/** A namespace: itself where it is to be created, and a binding for each set (Rule 23). */
export function emitNamespace(block: Checked<'namespace'>): readonly IrDecl[] {
  const { name: namespace, values } = block;
  const origin = originOf(block);
  const created: readonly IrResource[] =
    boolOf(values.create) === true
      ? [
          {
            kind: 'resource',
            name: namespace,
            namespace: '',
            origin,
            object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
          },
        ]
      : [];
  const bindings = (listOf(values.bind) ?? []).flatMap((value): readonly IrBinding[] => {
    const name = referredName(value);
    return name === undefined
      ? []
      : [{ kind: 'binding', name, namespace, origin, clusterSet: name }];
  });
  return [...created, ...bindings];
}
