import { isJsonObject } from '../../base/json.ts';
import type { KubeObject } from '../../kube/object.ts';
import type { Stored, StoreKey } from './store.ts';
import { parseJson } from './text.ts';

/** Keeps the text only: an object as values takes about four times the memory, and most are never looked into. */
export class StoredObject implements Stored {
  readonly key: StoreKey;
  readonly revision: number;
  readonly text: string;
  #labels: Readonly<Record<string, string>> | undefined;
  // the collector may take the parsed form whenever nobody uses it
  #parsed: WeakRef<KubeObject> | undefined;

  constructor(key: StoreKey, revision: number, text: string) {
    this.key = key;
    this.revision = revision;
    this.text = text;
  }

  get labels(): Readonly<Record<string, string>> {
    this.#labels ??= labelsOf(this.object());
    return this.#labels;
  }

  object(): KubeObject {
    const known = this.#parsed?.deref();
    if (known !== undefined) return known;
    const parsed = parseJson(this.text) as KubeObject;
    this.#parsed = new WeakRef(parsed);
    return parsed;
  }
}

const none: Readonly<Record<string, string>> = Object.freeze({});

function labelsOf(object: KubeObject): Readonly<Record<string, string>> {
  const labels: unknown = object.metadata?.labels;
  return isJsonObject(labels) ? (labels as Readonly<Record<string, string>>) : none;
}
