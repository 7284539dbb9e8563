import { applyDefaults, hasDefaults } from '../../../kube/schema/defaults.ts';
import type { Schema } from '../../../kube/schema/schema.ts';
import type { Stored } from '../../store/store.ts';
import { StoredObject } from '../../store/stored.ts';
import { printJson } from '../../store/text.ts';

/**
 * Writes that may be under way at once. One that was made ready before a definition changed comes to the store after it,
 * but no later than so many others.
 */
const mostUnderWay = 10_000;

/**
 * Fills in the defaults of the version that an object is stored in, for objects from before there were these defaults
 * (apiextensions `unstructuredDefaulter`). An object is looked at once, and only where a version has defaults and the
 * object may be older than they are.
 */
export class Completion {
  readonly #schemas: ReadonlyMap<string, Schema>;
  readonly #lastIncomplete: number;
  readonly #complete = new WeakMap<Stored, Stored>();

  /** `schemas` by `apiVersion`; `revision` of the definition that they are of. */
  constructor(schemas: ReadonlyMap<string, Schema>, revision: number) {
    this.#schemas = new Map([...schemas].filter(([, schema]) => hasDefaults(schema)));
    this.#lastIncomplete = revision + mostUnderWay;
  }

  /** The argument itself where nothing is missing. */
  of(stored: Stored): Stored {
    if (this.#schemas.size === 0 || stored.revision > this.#lastIncomplete) return stored;
    const known = this.#complete.get(stored);
    if (known !== undefined) return known;
    const complete = this.#fill(stored);
    this.#complete.set(stored, complete);
    return complete;
  }

  #fill(stored: Stored): Stored {
    const object = stored.object();
    const schema = this.#schemas.get(object.apiVersion);
    const filled = schema === undefined ? object : applyDefaults(schema, object);
    if (filled === object) return stored;
    return new StoredObject(stored.key, stored.revision, printJson(filled));
  }
}
