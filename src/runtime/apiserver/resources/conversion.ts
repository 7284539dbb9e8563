import type { KubeObject } from '../../../kube/object.ts';
import type { Stored } from '../../store/store.ts';
import { printJson } from '../../store/text.ts';
import type { Refusal } from '../refusal.ts';

/** Between objects as they are stored and as one version of their kind shows them. */
export interface Conversion {
  /** As the version shows it; the argument itself where that is the same. */
  readonly shown: (stored: Stored) => Stored;
  /** An object of the version as it is to be stored; a promise only where `ahead` is there too. */
  readonly toStorage: (object: KubeObject) => KubeObject | Promise<KubeObject | Refusal>;
  /** Where showing takes a call to others: to be awaited before `shown` is asked for any of them. */
  readonly ahead?: (stored: readonly Stored[]) => Promise<Refusal | null>;
  /** The same for one object, whatever is remembered of it. */
  readonly anew?: (stored: Stored) => Promise<Refusal | null>;
  /** Whether it would be stored in another way if it were written as it is shown. */
  readonly isOutdated: (stored: Stored) => boolean;
}

/** A stored object with other content, made into text when that is asked for. */
export class ShownObject implements Stored {
  readonly key: Stored['key'];
  readonly revision: number;
  readonly labels: Stored['labels'];
  readonly #object: KubeObject;

  constructor({ key, revision, labels }: Stored, object: KubeObject) {
    this.key = key;
    this.revision = revision;
    this.labels = labels;
    this.#object = object;
  }

  get text(): string {
    return printJson(this.#object);
  }

  object(): KubeObject {
    return this.#object;
  }
}
