import type {
  IrAddOn,
  IrConfigRef,
  IrDecl,
  IrInstall,
  IrSupportedConfig,
} from '../../ir/program.ts';
import { blocksOf, type Checked } from '../check/checked.ts';
import { blockOf, fieldsOf, kindOf, knownValue, listOf, textOf } from '../check/known.ts';
import { objectIn } from '../check/object-refs.ts';
import { rolloutKeys } from '../check/rollout-value.ts';
import type { Value } from '../fold/value.ts';
import type { EmitContext } from './context.ts';
import { metaOf } from './meta.ts';
import { emitResource } from './resource.ts';
import { strategyOf } from './rollout.ts';
import { resourceOf } from './track.ts';

/** An add-on with the objects that belong to it (Rule 54). */
export function emitAddOn(block: Checked<'addon'>, context: EmitContext): readonly IrDecl[] {
  const { values, children, shaped } = block;
  const installs = blocksOf(children, 'install');
  const lifecycle = textOf(values.lifecycle);
  const addon: IrAddOn = {
    kind: 'addon',
    ...metaOf(block),
    displayName: textOf(values.displayName) ?? null,
    description: shaped.doc,
    lifecycle: lifecycle === 'addon-manager' || lifecycle === 'self' ? lifecycle : null,
    supports: (listOf(values.supports) ?? []).flatMap(supportedOf),
    install: installs.length === 0 ? null : installs.flatMap((each) => installOf(each, context)),
  };
  return [...blocksOf(children, 'resource').flatMap(emitResource), addon];
}

function supportedOf(value: Value): readonly IrSupportedConfig[] {
  const record = fieldsOf(value);
  const kind = kindOf(record === undefined ? value : record.get('kind'));
  if (kind === undefined) return [];
  const usual = objectIn(record?.get('default'));
  return [
    {
      group: kind.group,
      resource: resourceOf(kind),
      ...(usual === undefined
        ? {}
        : {
            default: {
              ...(usual.namespace === '' ? {} : { namespace: usual.namespace }),
              name: usual.name,
            },
          }),
    },
  ];
}

function installOf(install: Checked<'install'>, { checked }: EmitContext): readonly IrInstall[] {
  const placement = blockOf(install.reference ?? undefined);
  if (placement === undefined) return [];
  const rollout = rolloutKeys(knownValue(install.values.rollout), checked);
  return [
    {
      placement: placement.objectName,
      namespace: placement.namespace,
      rollout: rollout === null ? null : strategyOf(rollout),
      configs: (listOf(install.values.configs) ?? []).flatMap(configOf),
    },
  ];
}

function configOf(value: Value): readonly IrConfigRef[] {
  const object = objectIn(value);
  if (object === undefined) return [];
  const { kind, name, namespace } = object;
  return [
    {
      group: kind.group,
      resource: resourceOf(kind),
      ...(namespace === '' ? {} : { namespace }),
      name,
    },
  ];
}
