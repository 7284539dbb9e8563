import type { CustomResourceDefinition } from '../../../kube/core.ts';
import type { Api } from '../api.ts';
import { callFor } from '../bootstrap/bootstrap.ts';
import { withMetadata } from '../objects/content.ts';
import { Refusal } from '../refusal.ts';
import type { DeleteOptions } from '../request/delete-options.ts';
import { parseListOptions } from '../request/options.ts';
import { cleanupFinalizer } from '../resources/builtin/definition.ts';
import { definitions } from '../resources/catalog.ts';
import { customResources } from '../resources/custom.ts';
import type { Resource } from '../resources/resource.ts';
import { deleteCollection } from '../verbs/delete-collection.ts';
import { updateObject } from '../verbs/update.ts';
import { repeated } from './repeated.ts';

/**
 * Lets deleted definitions go once their objects are gone, and sees to it that these go. Returns how to stop.
 * (In Kubernetes it is a part of the API server too: apiextensions-apiserver `crd_finalizer.go`.)
 */
export function finishDefinitions(api: Api, tellBug: (error: unknown) => void): () => void {
  const run = repeated(async () => {
    for (const definition of leaving(api)) await finish(api, definition);
  }, tellBug);
  const stop = api.store.subscribe(({ key, type }) => {
    const ofDefinition = key.group === definitions.group && key.resource === definitions.resource;
    if (ofDefinition || (type === 'DELETED' && leaving(api).some(hasObjects(key)))) run();
  });
  run();
  return stop;
}

function hasObjects(key: { readonly group: string; readonly resource: string }) {
  return ({ spec }: CustomResourceDefinition) =>
    spec.group === key.group && spec.names.plural === key.resource;
}

function leaving({ store }: Api): readonly CustomResourceDefinition[] {
  const list = store.list({ ...definitions, namespace: '' });
  if (typeof list === 'string') return [];
  return list.items
    .map((stored) => stored.object() as CustomResourceDefinition)
    .filter(
      ({ metadata }) =>
        metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(cleanupFinalizer),
    );
}

const background: DeleteOptions = {
  dryRun: false,
  gracePeriodSeconds: null,
  orphanDependents: null,
  propagationPolicy: null,
  ifUid: null,
  ifResourceVersion: null,
};

/** Objects as they are stored, so that neither a version served no longer nor a webhook that is gone hinders their end. */
function storedResource(definition: CustomResourceDefinition): Resource | undefined {
  const { spec } = definition;
  const versions = spec.versions.map((version) => ({ ...version, served: version.storage }));
  return customResources({ ...definition, spec: { ...spec, versions } })[0];
}

async function finish(api: Api, definition: CustomResourceDefinition): Promise<void> {
  const { group, names } = definition.spec;
  const collection = { group, resource: names.plural };
  const resource = storedResource(definition);
  if (api.store.count(collection) > 0 && resource !== undefined) {
    const everything = parseListOptions(new URLSearchParams());
    if (everything instanceof Refusal) return;
    await deleteCollection(
      api,
      { ...callFor(resource, ''), namespace: '' },
      everything,
      background,
    );
  }
  if (api.store.count(collection) > 0) return;
  const own = api.catalog.find(definitions.group, 'v1', definitions.resource);
  if (own === undefined) return;
  await updateObject(api, callFor(own, definition.metadata.name), {
    next: (current) => {
      const left = (current.metadata.finalizers ?? []).filter((each) => each !== cleanupFinalizer);
      const finalizers = left.length > 0 ? left : undefined;
      return { object: withMetadata(current, { finalizers }), unknown: [] };
    },
    absent: null,
  });
}
