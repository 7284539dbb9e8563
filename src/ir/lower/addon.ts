import {
  addonGroup,
  type ClusterManagementAddOn,
  type ClusterManagementAddOnSpec,
  clusterManagementAddOnKind,
  type PlacementStrategy,
} from '../../kube/ocm/addon.ts';
import type { IrAddOn, IrInstall, IrSupportedConfig } from '../program.ts';
import { type LoweredDecl, objectOf, objects } from './lowered.ts';
import { lowerRolloutStrategy } from './rollout.ts';

/** Who installs an add-on; without it upstream's add-on manager does (addon-framework/pkg/utils/helpers.go). */
export const lifecycleAnnotation = `${addonGroup}/lifecycle`;

/** A ClusterManagementAddOn; without `install` nothing is said about where, which upstream reads as `Manual`. */
export function lowerAddOn(decl: IrAddOn): LoweredDecl {
  const { displayName, description, supports, install, lifecycle } = decl;
  const addOnMeta = {
    ...(displayName === null ? {} : { displayName }),
    ...(description === null ? {} : { description }),
  };
  const spec: ClusterManagementAddOnSpec = {
    ...(Object.keys(addOnMeta).length === 0 ? {} : { addOnMeta }),
    ...(supports.length === 0 ? {} : { supportedConfigs: supports.map(supportedOf) }),
    ...(install === null
      ? {}
      : { installStrategy: { type: 'Placements', placements: install.map(strategyOf) } }),
  };
  const annotations: Readonly<Record<string, string>> =
    lifecycle === null ? {} : { [lifecycleAnnotation]: lifecycle };
  return objects(
    objectOf<ClusterManagementAddOn>(clusterManagementAddOnKind, decl, { spec }, annotations),
  );
}

function supportedOf({ group, resource, default: byDefault }: IrSupportedConfig) {
  return {
    group,
    resource,
    ...(byDefault === undefined ? {} : { defaultConfig: byDefault }),
  };
}

function strategyOf({ placement, namespace, rollout, configs }: IrInstall): PlacementStrategy {
  return {
    name: placement,
    namespace,
    ...(configs.length === 0 ? {} : { configs }),
    ...(rollout === null ? {} : { rolloutStrategy: lowerRolloutStrategy(rollout) }),
  };
}
