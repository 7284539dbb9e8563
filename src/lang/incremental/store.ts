import type { ValueSymbol } from '../bind/program.ts';
import type { Kept } from '../check/checker.ts';
import type { Held, Keep, ReferenceFact, Session, Trace } from '../check/session.ts';
import { maxRecursion, maxSteps } from '../check/session.ts';
import type { DiagnosticCode } from '../diagnostics.ts';
import type { Reporter } from '../place.ts';
import { type Read, type Recorder, type Source, WeaklyKeyed } from './tracked.ts';

/** What one step came to, and what it looked at. Steps within it have entries of their own. */
interface Entry {
  result: unknown;
  readonly reads: Read[];
  readonly reports: Held[];
  readonly references: ReferenceFact[];
  /** Taken off the account of the check, without those of steps within. */
  steps: number;
  /** How many levels deeper it went. */
  depth: number;
  /** The check it was last found to hold in. */
  round: number;
}

// What these say depends on what was looked at before: the check is done anew, from nothing.
const ordered: ReadonlySet<DiagnosticCode> = new Set(['OCM2009', 'OCM2036']);

/** The account of a check, which also knows how deep it went. */
class Budget {
  left = maxSteps;
  exhausted = false;
  deepest = 0;
  #depth = 0;

  get depth(): number {
    return this.#depth;
  }
  set depth(depth: number) {
    this.#depth = depth;
    if (depth > this.deepest) this.deepest = depth;
  }
}

/** A question of a check: the same thing in the next, which answers it anew. */
class Asked implements Source {
  current: Source['current'] = () => undefined;
}

/** Results of steps, from check to check: red where something they looked at is different, else green and reused. */
export class Store implements Recorder {
  readonly #entries = {
    shape: new WeakMap<object, Entry>(),
    unroll: new WeakMap<object, Entry>(),
    check: new WeakMap<object, Entry>(),
    rules: new WeakMap<object, Entry>(),
    emit: new WeakMap<object, Entry>(),
  };
  readonly #frames: (Entry | null)[] = [];
  readonly #types: Session['types'] = new WeaklyKeyed();
  #round = 0;
  #reporter: Reporter = { report: () => {} };
  #references: ReferenceFact[] = [];
  #budget = new Budget();
  #moved = false;
  /** Set where the outcome may differ from that of a check from nothing. */
  doubtful = false;
  /** Steps that were done, and those whose results were taken, in this check. */
  done = 0;
  taken = 0;

  /** Starts a check; `moved` says that something stands at another place than before. */
  begin(reporter: Reporter, moved: boolean): void {
    this.#round += 1;
    this.#reporter = reporter;
    this.#references = [];
    this.#budget = new Budget();
    this.#frames.length = 0;
    this.#moved = moved;
    this.doubtful = false;
    this.done = 0;
    this.taken = 0;
  }

  get budget(): Session['budget'] {
    return this.#budget;
  }
  /** Where words are noted that refer to something: those of the step that runs. */
  get references(): ReferenceFact[] {
    return this.#frames.at(-1)?.references ?? this.#references;
  }
  /** Those of the whole check. */
  get allReferences(): readonly ReferenceFact[] {
    return this.#references;
  }
  /** Takes reports of the step that runs. */
  readonly reporter: Reporter = {
    report: (place, found, iteration) => {
      if (ordered.has(found.code)) this.doubtful = true;
      const frame = this.#frames.at(-1);
      if (!frame) this.#reporter.report(place, found, iteration);
      else frame.reports.push({ place, found, iteration });
    },
  };

  note(source: Source, key: unknown, seen: unknown): void {
    this.#frames.at(-1)?.reads.push({ source, key, seen });
  }

  readonly keep: Keep = (step, key, run) => this.#step(this.#entries[step], key, run);

  readonly trace: Trace = <K, V>(question: string, answer: (key: K) => V) => {
    const asked = this.#asked.get(question) ?? new Asked();
    this.#asked.set(question, asked);
    asked.current = answer as (key: unknown) => unknown;
    return (key: K): V => {
      // the answer is what the step looks at, not how it was found
      this.#frames.push(null);
      const found = answer(key);
      this.#frames.pop();
      this.note(asked, key, found);
      return found;
    };
  };
  readonly #asked = new Map<string, Asked>();

  /** Reads each symbol once a check, and anew where it is another or something it needs is. */
  readonly once: Kept['once'] = <S extends ValueSymbol, T>(
    _: Reporter,
    lost: T,
    read: (symbol: S) => T,
  ): ((symbol: S) => T) => {
    // The readers come in the same order each time: each has its own results.
    const entries = this.#tables[this.#next] ?? new WeakMap<object, Entry>();
    this.#tables[this.#next] = entries;
    this.#next += 1;
    const busy = new Set<S>();
    const find = (symbol: S): T => {
      if (busy.has(symbol)) {
        this.doubtful = true;
        return lost;
      }
      busy.add(symbol);
      const result = this.#step(entries, symbol, read);
      busy.delete(symbol);
      return result;
    };
    // A value found again is asked of this check's reader, which is another function each time.
    const at = this.#next - 1;
    this.#finders[at] = find as (symbol: never) => unknown;
    const source: Source = this.#sources[at] ?? {
      current: (symbol) => this.#finders[at]?.(symbol as never),
    };
    this.#sources[at] = source;
    return (symbol) => {
      const result = find(symbol);
      this.note(source, symbol, result);
      return result;
    };
  };
  readonly #tables: WeakMap<object, Entry>[] = [];
  readonly #finders: ((symbol: never) => unknown)[] = [];
  readonly #sources: Source[] = [];
  #next = 0;

  /** What a check is given of all this. */
  get kept(): Kept {
    this.#next = 0;
    return { keep: this.keep, trace: this.trace, once: this.once, types: this.#types };
  }

  #step<K extends object, T>(entries: WeakMap<object, Entry>, key: K, run: (key: K) => T): T {
    const known = entries.get(key);
    if (known !== undefined && known.round === this.#round) return known.result as T;
    if (known !== undefined && this.#holds(known)) {
      this.taken += 1;
      return this.#finish(known) as T;
    }
    const entry = this.#run(key, run);
    entries.set(key, entry);
    this.done += 1;
    return this.#finish(entry) as T;
  }

  /** Whether all that a step looked at is still the same. Asked in its order: what comes later may not be there. */
  #holds({ reads, reports, depth }: Entry): boolean {
    const hasPlaces = reports.some(({ found }) => (found.secondary?.length ?? 0) > 0);
    if (this.#moved && hasPlaces) return false;
    if (this.#budget.depth + depth >= maxRecursion) return false;
    // what is asked for here is looked at by no step
    this.#frames.push(null);
    let holds = true;
    for (const { source, key, seen } of reads) {
      if (source.current(key) === seen) continue;
      holds = false;
      break;
    }
    this.#frames.pop();
    return holds;
  }

  #run<K>(key: K, run: (key: K) => unknown): Entry {
    const entry: Entry = {
      result: null,
      reads: [],
      reports: [],
      references: [],
      steps: 0,
      depth: 0,
      round: 0,
    };
    const budget = this.#budget;
    const before = { left: budget.left, within: this.#within, deepest: budget.deepest };
    this.#within = 0;
    budget.deepest = budget.depth;
    this.#frames.push(entry);
    entry.result = run(key);
    this.#frames.pop();
    const spent = before.left - budget.left;
    entry.steps = spent - this.#within;
    entry.depth = budget.deepest - budget.depth;
    this.#within = before.within + spent;
    budget.deepest = Math.max(before.deepest, budget.deepest);
    return entry;
  }
  /** Steps spent by entries within the one that runs. */
  #within = 0;

  /** Says what a step said, once a check. */
  #finish(entry: Entry): unknown {
    const isNew = entry.round === 0;
    entry.round = this.#round;
    if (!isNew) {
      this.#budget.left -= entry.steps;
      this.#within += entry.steps;
      if (this.#budget.left < 0) this.doubtful = true;
    }
    for (const { place, found, iteration } of entry.reports) {
      if (ordered.has(found.code)) this.doubtful = true;
      this.#reporter.report(place, found, iteration);
    }
    for (const fact of entry.references) this.#references.push(fact);
    return entry.result;
  }
}
