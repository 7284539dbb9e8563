import type { Json, JsonObject } from '../../base/json.ts';
import { lowerAddOn } from '../../ir/lower/addon.ts';
import type { IrAddOn, IrConfigRef, IrInstall } from '../../ir/program.ts';
import { findResource } from '../../kube/kinds.ts';
import { apiVersionOf, refKey } from '../../kube/object.ts';
import { addonGroup, clusterManagementAddOnKind } from '../../kube/ocm/addon.ts';
import { findBuiltInKind } from '../bind/kinds.ts';
import type { PrintContext } from './context.ts';
import { metaEntries } from './meta.ts';
import { docOf } from './policy-words.ts';
import { rolloutValue } from './rollout.ts';
import { isName, nameText, stringText } from './text.ts';
import { type Entry, entry, list, record, type Source, type Value, within } from './tree.ts';

const style = { templates: false };

/** A ClusterManagementAddOn; what no key says exactly stays in `raw`. */
export function printAddOn(decl: IrAddOn, context: PrintContext): Entry {
  const { group, kind } = clusterManagementAddOnKind;
  const source = context.sourceOf(refKey({ group, kind, namespace: '', name: decl.name }));
  const spec = within(source, 'spec');
  const [object] = lowerAddOn(decl).objects;
  const wanted = (object?.spec ?? {}) as JsonObject;
  const unsaid = new Map<string, Json>();
  const said = (field: string, made: readonly Entry[] | null): readonly Entry[] => {
    const value = wanted[field];
    if (made === null && value !== undefined) unsaid.set(field, value);
    return made ?? [];
  };
  const doc = docOf(decl.description);
  const isDescribed = decl.description === null || doc !== null;
  const supports = said('supportedConfigs', supportsEntries(decl, context, spec));
  const installs = said('installStrategy', installEntries(decl.install, context, spec));
  if (!isDescribed) unsaid.set('addOnMeta', { description: decl.description });
  const body = record(
    decl.displayName === null
      ? null
      : entry('displayName:', stringText(decl.displayName), {
          source: within(spec, 'addOnMeta', 'displayName'),
        }),
    decl.lifecycle === null ? null : entry('lifecycle:', lifecycleText(decl.lifecycle)),
    supports,
    metaEntries(decl, source, style, unsaid.size === 0 ? {} : { spec: Object.fromEntries(unsaid) }),
    installs,
  );
  return entry(`addon ${nameText(decl.name)}`, body, { source, doc: doc ?? [], block: true });
}

// Members that are names are written bare, the other one is a STRING.
function lifecycleText(lifecycle: 'addon-manager' | 'self'): string {
  return isName(lifecycle) ? lifecycle : stringText(lifecycle);
}

function supportsEntries(
  { supports }: IrAddOn,
  context: PrintContext,
  spec: Source | null,
): readonly Entry[] | null {
  if (supports.length === 0) return [];
  const items: Value[] = [];
  for (const { group, resource, default: usual } of supports) {
    const kind = kindWord(group, resource, context);
    if (kind === null) return null;
    if (usual === undefined) items.push(kind);
    else {
      const to = refText(kind, usual.name, usual.namespace, context);
      if (to === null) return null;
      items.push(record(entry('kind:', kind), entry('default:', to)));
    }
  }
  return [entry('supports:', list(items), { source: within(spec, 'supportedConfigs') })];
}

function installEntries(
  install: readonly IrInstall[] | null,
  context: PrintContext,
  spec: Source | null,
): readonly Entry[] | null {
  if (install === null) return [];
  if (install.length === 0) return null;
  const entries: Entry[] = [];
  for (const [index, { placement, namespace, rollout, configs }] of install.entries()) {
    if (namespace !== context.namespace || !context.declares('placement', placement)) return null;
    const value = rollout === null ? undefined : rolloutValue(rollout);
    const refs = configs.map((each) => configText(each, context));
    if (value === null || !refs.every((ref) => ref !== null)) return null;
    const body = record(
      value === undefined ? null : entry('rollout:', value),
      refs.length === 0 ? null : entry('configs:', list(refs)),
    );
    const source = within(spec, 'installStrategy', 'placements', index);
    entries.push(entry(`install ${nameText(placement)}`, body, { source, block: true }));
  }
  return entries;
}

function configText(
  { group, resource, name, namespace }: IrConfigRef,
  context: PrintContext,
): string | null {
  const kind = kindWord(group, resource, context);
  return kind === null ? null : refText(kind, name, namespace, context);
}

/**
 * A reference to an object of the hub (Rule 22); without a namespace only where the file has none, or the kind is in
 * none.
 */
function refText(
  kind: string,
  name: string,
  namespace: string | undefined,
  context: PrintContext,
): string | null {
  const found = findBuiltInKind(kind);
  const isFree = found !== null && 'kind' in found && found.kind.namespaced === false;
  if ((namespace ?? '') === (isFree ? '' : context.namespace)) {
    return isName(name) ? `${kind}.${name}` : `${kind}(${stringText(name)})`;
  }
  return namespace === undefined
    ? null
    : `${kind}(${stringText(name)}, namespace: ${stringText(namespace)})`;
}

/** Kinds add-ons are configured by that the table of kinds does not have. */
const otherKinds: ReadonlyMap<string, string> = new Map([
  [`addontemplates.${addonGroup}`, 'AddOnTemplate'],
]);

function kindWord(group: string, resource: string, { kinds }: PrintContext): string | null {
  const info = findResource(group, resource);
  if (info !== undefined) return kinds.nameOf(apiVersionOf(info), info.kind);
  const other = otherKinds.get(`${resource}.${group}`);
  return other === undefined ? null : kinds.nameOf(`${group}/v1alpha1`, other);
}
