import type { Instant } from '../../../base/instant.ts';
import {
  type LookupAnswer,
  type LookupQuestion,
  type Lookups,
  namespaceAsked,
} from '../../../engine/predicate/lookup.ts';
import { hasLabels } from '../../../engine/simulate/hub-objects.ts';
import type { ProgramObject } from '../../../ir/program-object.ts';
import { kindInfo, pluralOf } from '../../../kube/kinds.ts';
import { type Ref, refKey } from '../../../kube/object.ts';
import { type Action, everyOf, type Outcome, type Snapshot } from '../../control/controller.ts';
import { type ResourceAttributes, type Right, rightTo } from './rights.ts';

/** Objects of one kind and namespace an account is asked about by name; for more it needs a right to all of them. */
export const mostNamed = 32;

export interface HubLookupsInput {
  readonly program: ProgramObject;
  /** Of the app: where lookups look that name none. */
  readonly namespace: string;
  readonly snapshot: Snapshot;
  readonly now: Instant;
}

/** What a pass has to watch. */
export type Watches = Pick<Outcome, 'alsoWatch' | 'alsoList'>;

type Listed = NonNullable<Outcome['alsoList']>[number];

/**
 * Answers the lookups of one app in one pass from what the hub has read, and notes what the next pass needs. Only what
 * the Program's account may read is answered, whatever the hub itself may.
 */
export class HubLookups {
  readonly #input: HubLookupsInput;
  readonly #answers = new Map<string, LookupAnswer>();
  readonly #names = new Map<string, Set<string>>();
  readonly #rights = new Map<string, Right>();
  readonly #questions = new Map<string, Action>();
  readonly #refs = new Map<string, Ref>();
  readonly #lists = new Map<string, Listed>();
  #again: Instant | null = null;
  #isWaiting = false;

  constructor(input: HubLookupsInput) {
    this.#input = input;
  }

  /** Whether something is not known yet, so that nothing may be concluded. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Questions about rights that are due. */
  get questions(): readonly Action[] {
    return [...this.#questions.values()];
  }

  /** When to look at their answers. */
  get again(): Instant | null {
    return this.#again;
  }

  get watches(): Watches {
    return {
      ...(this.#refs.size > 0 && { alsoWatch: [...this.#refs.values()].map((ref) => ({ ref })) }),
      ...(this.#lists.size > 0 && { alsoList: [...this.#lists.values()] }),
    };
  }

  readonly answer: Lookups = (question) => {
    const key = JSON.stringify(question);
    const known = this.#answers.get(key);
    if (known !== undefined) return known;
    const answer = this.#look(question);
    if (answer.state === 'unread') this.#isWaiting = true;
    this.#answers.set(key, answer);
    return answer;
  };

  #look(question: LookupQuestion): LookupAnswer {
    if (question.at === 'agent') {
      return { state: 'refused', message: 'objects of a cluster are not known on the hub' };
    }
    const namespace = namespaceAsked(question, this.#input.namespace);
    // Such an object cannot be there, and its name belongs into no selector.
    const isSound = isName(namespace) && (question.name === null || isName(question.name || '/'));
    if (!isSound) return { state: 'read', objects: [] };
    const asked = this.#attributes(question, namespace);
    const right = this.#right(asked);
    if (right.state === 'denied') return this.#refused(asked, right);
    if (right.state === 'asked' && !right.isRepeated) return { state: 'unread' };
    // While a question is asked again, what was read stays watched.
    const found = this.#read(question, namespace);
    return right.state === 'allowed' ? found : { state: 'unread' };
  }

  #attributes({ group, kind, name }: LookupQuestion, namespace: string): ResourceAttributes {
    const resource = kindInfo({ group, kind })?.plural ?? pluralOf(kind);
    const of = { group, resource, namespace };
    if (name === null) return { verb: 'list', ...of };
    const key = JSON.stringify(of);
    const names = this.#names.get(key) ?? new Set<string>();
    this.#names.set(key, names);
    if (names.size < mostNamed) names.add(name);
    return { verb: 'get', ...of, ...(names.has(name) && { name }) };
  }

  #right(asked: ResourceAttributes): Right {
    const key = JSON.stringify(asked);
    const known = this.#rights.get(key);
    if (known !== undefined) return known;
    const { right, actions, again } = rightTo(asked, this.#input.program, this.#input);
    for (const action of actions) this.#questions.set(key, action);
    if (again !== undefined) this.#again = again;
    this.#rights.set(key, right);
    return right;
  }

  #refused(
    { verb, resource, namespace, name }: ResourceAttributes,
    { message }: { readonly message: string },
  ): LookupAnswer {
    const { metadata, spec } = this.#input.program;
    const account = `${metadata.namespace ?? ''}/${spec?.serviceAccountName ?? ''}`;
    const what = name === undefined ? resource : `${resource} ${name}`;
    const where = namespace === '' ? '' : ` in ${namespace}`;
    const text = `the account ${account} may not ${verb} ${what}${where}: ${message}`;
    return { state: 'refused', message: text };
  }

  #read(question: LookupQuestion, namespace: string): LookupAnswer {
    const { group, version, kind, name, labels } = question;
    const { snapshot } = this.#input;
    if (name !== null) return this.#get({ group, version, kind, namespace, name });
    const of = { group, version, kind };
    const scope = namespace === '' ? {} : { namespace };
    this.#lists.set(refKey({ ...of, namespace, name: '' }), { kind: of, ...scope });
    if (!snapshot.isRead(of, scope)) return { state: 'unread' };
    const objects = snapshot
      .list(everyOf(of), namespace)
      .filter(({ metadata }) => hasLabels(metadata.labels ?? {}, labels));
    return { state: 'read', objects };
  }

  #get(ref: Ref): LookupAnswer {
    this.#refs.set(refKey(ref), ref);
    const seen = this.#input.snapshot.look(ref);
    if (seen.state === 'present') return { state: 'read', objects: [seen.object] };
    if (seen.state === 'absent') return { state: 'read', objects: [] };
    if (seen.why === undefined) return { state: 'unread' };
    const message = `the hub cannot read ${ref.kind} ${ref.namespace}/${ref.name}: ${seen.why.message}`;
    return { state: 'refused', message };
  }
}

/** Whether a text may name an object at all; no namespace is none. Names are judged by servers, this is what none has. */
function isName(text: string): boolean {
  return /^[A-Za-z0-9._:-]{0,253}$/.test(text);
}
