import type { Json } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import { lifecycleAnnotation } from '../lower/addon.ts';
import type { IrAddOn, IrConfigRef, IrInstall, IrSupportedConfig } from '../program.ts';
import { labelled, listAt, nodeOf, objectAt, textAt, wordAt } from './read.ts';
import { liftStrategy } from './strategy.ts';

/** A ClusterManagementAddOn as IR; what the IR cannot say is left out, and `lift` keeps it in `raw`. */
export function liftAddOn(object: KubeObject): IrAddOn {
  const spec = objectAt(object.spec);
  const { displayName, description } = objectAt(spec['addOnMeta']);
  const { type, placements } = objectAt(spec['installStrategy']);
  const { annotations = {}, ...metadata } = labelled(object);
  const { [lifecycleAnnotation]: lifecycle, ...others } = annotations;
  const word = wordAt(lifecycle, ['addon-manager', 'self']);
  const kept = word === null ? annotations : others;
  return {
    kind: 'addon',
    ...nodeOf(object),
    ...metadata,
    ...(Object.keys(kept).length === 0 ? {} : { annotations: kept }),
    displayName: textAt(displayName),
    description: textAt(description),
    lifecycle: word,
    supports: listAt(spec['supportedConfigs']).map(supportedOf),
    install:
      type === 'Placements' && placements !== undefined ? listAt(placements).map(installOf) : null,
  };
}

function supportedOf(of: Json): IrSupportedConfig {
  const { group, resource, defaultConfig } = objectAt(of);
  const { name, namespace } = objectAt(defaultConfig);
  return {
    group: textAt(group) ?? '',
    resource: textAt(resource) ?? '',
    ...(typeof name === 'string'
      ? { default: { ...(typeof namespace === 'string' ? { namespace } : {}), name } }
      : {}),
  };
}

function installOf(of: Json): IrInstall {
  const { name, namespace, configs, rolloutStrategy } = objectAt(of);
  return {
    placement: textAt(name) ?? '',
    namespace: textAt(namespace) ?? '',
    rollout: liftStrategy(rolloutStrategy),
    configs: listAt(configs).map(configOf),
  };
}

function configOf(of: Json): IrConfigRef {
  const { group, resource, namespace, name } = objectAt(of);
  return {
    group: textAt(group) ?? '',
    resource: textAt(resource) ?? '',
    ...(typeof namespace === 'string' ? { namespace } : {}),
    name: textAt(name) ?? '',
  };
}
