import { isJsonObject } from '../../../base/json.ts';
import { type CustomResourceDefinition, customResourceDefinitionKind } from '../../../kube/core.ts';
import { customKinds, type KindInfo, kindTable } from '../../../kube/kinds.ts';
import type { Collection, Store } from '../../store/store.ts';
import { isEstablished } from './builtin/definition.ts';
import { eventConversion } from './builtin/events.ts';
import { structs } from './builtin/fields.ts';
import { builtinRules, selectableFields } from './builtin/table.ts';
import { customResources, withoutCreation } from './custom.ts';
import type { Resource } from './resource.ts';
import type { Rules } from './rules.ts';

/** Where definitions lie. */
export const definitions: Collection = {
  group: customResourceDefinitionKind.group,
  resource: 'customresourcedefinitions',
};

/** Every resource that is served now: the built-in ones, and those of the definitions in the store. */
export class Catalog {
  readonly #builtin: readonly Resource[];
  readonly #store: Store;
  readonly #byPath = new Map<string, Resource>();
  readonly #custom = new Map<string, Made>();
  readonly #listeners = new Set<() => void>();
  #version = 0;

  constructor(store: Store) {
    this.#store = store;
    const rules = builtinRules((name) => this.#otherDefinitions(name));
    this.#builtin = kindTable
      .filter((info) => !customKinds.includes(info))
      .map((info) => builtin(info, rules));
    for (const resource of this.#builtin) this.#byPath.set(pathOf(resource), resource);
    for (const definition of this.#definitions())
      this.#define(definition.metadata.name, definition);
    store.subscribe(({ key, type, now }) => {
      if (key.group !== definitions.group || key.resource !== definitions.resource) return;
      const definition = now.object() as CustomResourceDefinition;
      if (!this.#define(key.name, type === 'DELETED' ? null : definition)) return;
      for (const listener of this.#listeners) listener();
    });
  }

  /** Grows with every change; what is made from the catalog may be kept as long as it is the same. */
  get version(): number {
    return this.#version;
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  /** Every resource, built-in ones first. */
  all(): readonly Resource[] {
    return [...this.#byPath.values()];
  }

  /** Called after resources came or went. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether anything changed. */
  #define(name: string, definition: CustomResourceDefinition | null): boolean {
    const known = this.#custom.get(name);
    const serves = definition === null ? '' : servingOf(definition);
    const leaving = definition?.metadata.deletionTimestamp !== undefined;
    // a change of status that means nothing must not end anybody's watch
    if ((known?.serves ?? '') === serves && (known?.leaving ?? false) === leaving) return false;
    for (const resource of known?.resources ?? []) this.#byPath.delete(pathOf(resource));
    this.#custom.delete(name);
    this.#version += 1;
    if (definition === null) return true;
    // who watches wants to hear of the end of each object
    const resources =
      leaving && known?.serves === serves
        ? known.resources.map(withoutCreation)
        : customResources(definition).filter((each) => !this.#byPath.has(pathOf(each)));
    for (const resource of resources) this.#byPath.set(pathOf(resource), resource);
    this.#custom.set(name, { resources, serves, leaving });
    return true;
  }

  #definitions(): readonly CustomResourceDefinition[] {
    const list = this.#store.list({ ...definitions, namespace: '' });
    if (typeof list === 'string') return [];
    return list.items.map((stored) => stored.object() as CustomResourceDefinition);
  }

  #otherDefinitions(name: string): readonly CustomResourceDefinition[] {
    return this.#definitions().filter(({ metadata }) => metadata.name !== name);
  }
}

interface Made {
  readonly resources: readonly Resource[];
  /** Of `servingOf`. */
  readonly serves: string;
  /** The definition waits for its objects to go. */
  readonly leaving: boolean;
}

/** The same text for definitions that make the same resources. */
function servingOf({ spec, status }: CustomResourceDefinition): string {
  const conditions = isJsonObject(status) ? structs(status['conditions']) : [];
  const established = conditions.some(isEstablished);
  return JSON.stringify([spec, established]);
}

function pathOf({ group, version, plural }: Resource): string {
  return `${group}/${version}/${plural}`;
}

const usualVerbs = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

function builtin(info: KindInfo, rules: (of: KindInfo) => Rules): Resource {
  const stored = info.verbs === undefined || info.verbs.includes('get');
  const event = info.group === 'events.k8s.io';
  return {
    group: info.group,
    version: info.version,
    kind: info.kind,
    listKind: `${info.kind}List`,
    plural: info.plural,
    singular: info.singular,
    namespaced: info.namespaced,
    shortNames: info.shortNames,
    categories: info.categories,
    verbs: info.verbs ?? usualVerbs,
    status: info.status,
    scale: info.scale ?? null,
    subresources: info.subresources ?? [],
    // the two kinds of events are one
    storage: stored ? { group: event ? '' : info.group, resource: info.plural } : null,
    rules: rules(info),
    schema: null,
    columns: null,
    selectable: selectableFields(info),
    warning: null,
    custom: false,
    ...(event && { conversion: eventConversion }),
  };
}
