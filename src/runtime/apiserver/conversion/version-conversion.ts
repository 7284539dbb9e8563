import type { KubeObject } from '../../../kube/object.ts';
import { applyDefaults } from '../../../kube/schema/defaults.ts';
import { prune } from '../../../kube/schema/prune.ts';
import type { Schema } from '../../../kube/schema/schema.ts';
import type { Stored } from '../../store/store.ts';
import { StoredObject } from '../../store/stored.ts';
import { printJson } from '../../store/text.ts';
import { Refusal } from '../refusal.ts';
import { type Conversion, ShownObject } from '../resources/conversion.ts';
import type { Completion } from './completion.ts';

/** Asks somebody else for objects in another version: as many as were given and in their order, or why not. */
export type Converter = (
  objects: readonly KubeObject[],
  apiVersion: string,
) => Promise<readonly KubeObject[] | Refusal>;

/** One version of a custom kind, beside the one it is stored in. */
export interface VersionConversionInput {
  /** `group/version` that is served. */
  readonly apiVersion: string;
  readonly storageVersion: string;
  /** Of all versions, by `apiVersion`. */
  readonly schemas: ReadonlyMap<string, Schema>;
  readonly completion: Completion;
  /** null: versions differ in `apiVersion` and in the fields they know. */
  readonly converter: Converter | null;
}

/** How objects of a custom kind come to one of its versions (apiextensions `crdConversionRESTOptionsGetter`). */
export function versionConversion(input: VersionConversionInput): Conversion {
  const { converter } = input;
  return converter === null ? renaming(input) : new ConversionByCall(input, converter);
}

/** What is not known in a version is not shown in it, whoever converted it. */
function fitted({ schemas }: VersionConversionInput, apiVersion: string, object: KubeObject) {
  const schema = schemas.get(apiVersion);
  return schema === undefined ? object : prune(schema, object).object;
}

/** What is stored has the defaults of the version that it is stored in, whatever version it was written in. */
function storable(input: VersionConversionInput, object: KubeObject): KubeObject {
  const { storageVersion, schemas } = input;
  const schema = schemas.get(storageVersion);
  const known = fitted(input, storageVersion, object);
  return schema === undefined ? known : applyDefaults(schema, known);
}

function renaming(input: VersionConversionInput): Conversion {
  const { apiVersion, storageVersion, completion } = input;
  const opening = openingOf(apiVersion);
  return {
    shown: (stored) => {
      const whole = completion.of(stored);
      if (whole.text.startsWith(opening)) return whole;
      const object = { ...whole.object(), apiVersion };
      return new ShownObject(stored, fitted(input, apiVersion, object));
    },
    toStorage: (object) =>
      apiVersion === storageVersion
        ? object
        : storable(input, { ...object, apiVersion: storageVersion }),
    isOutdated: (stored) => isOutdated(input, stored),
  };
}

function isOutdated({ completion, storageVersion }: VersionConversionInput, stored: Stored) {
  return completion.of(stored) !== stored || !stored.text.startsWith(openingOf(storageVersion));
}

/** How the text of an object in a version begins: objects are written with what names them first. */
function openingOf(apiVersion: string): string {
  return `{"apiVersion":${JSON.stringify(apiVersion)},`;
}

/** So many objects go with one call. */
const most = 500;

/**
 * Remembers what it was given, as long as the object is as it was, because who shows objects cannot wait. Lists and
 * watches have that again, as from kube-apiserver's cache; what is asked for by name is asked for anew.
 */
class ConversionByCall implements Conversion {
  readonly #input: VersionConversionInput;
  readonly #opening: string;
  readonly #convert: Converter;
  readonly #converted = new WeakMap<Stored, Stored>();
  readonly #underWay = new WeakMap<Stored, Promise<Refusal | null>>();

  constructor(input: VersionConversionInput, convert: Converter) {
    this.#input = input;
    this.#opening = openingOf(input.apiVersion);
    this.#convert = convert;
  }

  readonly shown = (stored: Stored): Stored => {
    const whole = this.#input.completion.of(stored);
    if (whole.text.startsWith(this.#opening)) return whole;
    const converted = this.#converted.get(stored);
    if (converted === undefined) throw new Error('an object is shown that was not converted');
    return converted;
  };

  readonly isOutdated = (stored: Stored): boolean => isOutdated(this.#input, stored);

  readonly toStorage = (object: KubeObject): KubeObject | Promise<KubeObject | Refusal> => {
    const { apiVersion, storageVersion } = this.#input;
    return apiVersion === storageVersion ? object : this.#stored(object);
  };

  readonly anew = async (stored: Stored): Promise<Refusal | null> =>
    this.#isThere(stored) ? null : this.#run([stored]);

  readonly ahead = async (all: readonly Stored[]): Promise<Refusal | null> => {
    const waiting = new Set<Promise<Refusal | null>>();
    const fresh: Stored[] = [];
    for (const stored of all) {
      if (this.#converted.has(stored) || this.#isThere(stored)) continue;
      const known = this.#underWay.get(stored);
      if (known === undefined) fresh.push(stored);
      else waiting.add(known);
    }
    for (let at = 0; at < fresh.length; at += most) {
      waiting.add(this.#start(fresh.slice(at, at + most)));
    }
    const outcomes = await Promise.all(waiting);
    return outcomes.find((outcome) => outcome !== null) ?? null;
  };

  #isThere(stored: Stored): boolean {
    return this.#input.completion.of(stored).text.startsWith(this.#opening);
  }

  #start(part: readonly Stored[]): Promise<Refusal | null> {
    const run = this.#run(part).finally(() => {
      for (const stored of part) this.#underWay.delete(stored);
    });
    for (const stored of part) this.#underWay.set(stored, run);
    return run;
  }

  async #run(part: readonly Stored[]): Promise<Refusal | null> {
    const { completion, apiVersion } = this.#input;
    const given = part.map((stored) => completion.of(stored).object());
    const converted = await this.#convert(given, apiVersion);
    if (converted instanceof Refusal) return converted;
    for (const [at, stored] of part.entries()) {
      const object = converted[at] as KubeObject;
      const text = printJson(fitted(this.#input, apiVersion, object));
      this.#converted.set(stored, new StoredObject(stored.key, stored.revision, text));
    }
    return null;
  }

  async #stored(object: KubeObject): Promise<KubeObject | Refusal> {
    const { storageVersion } = this.#input;
    const converted = await this.#convert([object], storageVersion);
    if (converted instanceof Refusal) return converted;
    return storable(this.#input, converted[0] as KubeObject);
  }
}
