import type { Evaluated, Evaluation } from './controller.ts';

/** Runs user code away from the main loop, with a deadline and a memory limit (runtime/worker). */
export interface Evaluator {
  readonly evaluate: (evaluation: Evaluation, signal: AbortSignal) => Promise<Evaluated>;
}

const remembered = 10_000;

/** Questions asked of user code, each once, and their answers, the latest used first to stay. */
export class Evaluations {
  readonly #evaluator: Evaluator | undefined;
  readonly #signal: AbortSignal;
  readonly #answers = new Map<string, Evaluated>();
  readonly #pending = new Map<string, Set<() => void>>();

  constructor(evaluator: Evaluator | undefined, signal: AbortSignal) {
    this.#evaluator = evaluator;
    this.#signal = signal;
  }

  get pending(): number {
    return this.#pending.size;
  }

  answer(id: string): Evaluated | undefined {
    const answer = this.#answers.get(id);
    if (answer !== undefined) {
      this.#answers.delete(id);
      this.#answers.set(id, answer);
    }
    return answer;
  }

  /** Asks what has not been asked yet; `again` is called when an answer is there that was not before. */
  ask(evaluation: Evaluation, again: () => void): void {
    if (this.#answers.has(evaluation.id)) return;
    const waiting = this.#pending.get(evaluation.id);
    if (waiting !== undefined) {
      waiting.add(again);
      return;
    }
    this.#pending.set(evaluation.id, new Set([again]));
    void this.#run(evaluation);
  }

  async #run(evaluation: Evaluation): Promise<void> {
    let answer: Evaluated;
    try {
      answer = (await this.#evaluator?.evaluate(evaluation, this.#signal)) ?? failed;
    } catch {
      answer = failed;
    }
    this.#answers.set(evaluation.id, answer);
    if (this.#answers.size > remembered) {
      const [oldest] = this.#answers.keys();
      if (oldest !== undefined) this.#answers.delete(oldest);
    }
    const waiting = this.#pending.get(evaluation.id) ?? [];
    this.#pending.delete(evaluation.id);
    for (const again of waiting) again();
  }
}

const failed: Evaluated = { ok: false, reason: 'InternalError' };
