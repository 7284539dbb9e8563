/** What a story is told with (scripts/story.mjs). */
export interface Telling {
  /** What stood behind the story's name on the command line. */
  readonly words: readonly string[];
  /** Aborted when somebody ends the run: what was started is stopped. */
  readonly signal: AbortSignal;
  /** A line for the reader that is no step. */
  readonly say: (text: string) => void;
  /** One step: it holds where this does not throw. Answers whether it held. */
  readonly step: (text: string, holds: () => Promise<unknown>) => Promise<boolean>;
}

/** A scripted story from end to end, on real processes. */
export type Story = (telling: Telling) => Promise<void>;
