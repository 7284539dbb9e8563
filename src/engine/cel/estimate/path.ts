/** Fields from a variable on, the variable first; below lists and maps `@items`, `@keys`, `@values`. */
export type Path = readonly string[];

/**
 * A path as cel-go keeps it: a slice of Go. What is appended to two slices of the same memory is there once, so that
 * `o.name` may take the place of `o.tags` (`checker/cost.go`, `append(c.getPath(…), …)`). An estimate without that would
 * refuse rules that Kubernetes takes, and take some that it refuses.
 */
export class PathSlice {
  readonly #memory: string[];
  readonly #room: number;
  readonly length: number;

  private constructor(memory: string[], length: number, room: number) {
    this.#memory = memory;
    this.length = length;
    this.#room = room;
  }

  static readonly empty = new PathSlice([], 0, 0);

  static of(variable: string): PathSlice {
    return new PathSlice([variable], 1, 1);
  }

  /** Where there is room, in the same memory; else in twice as much of its own. */
  append(step: string): PathSlice {
    const { length } = this;
    if (length < this.#room) {
      this.#memory[length] = step;
      return new PathSlice(this.#memory, length + 1, this.#room);
    }
    const room = Math.max(1, length * 2);
    return new PathSlice([...this.#memory.slice(0, length), step], length + 1, room);
  }

  steps(): Path {
    return this.#memory.slice(0, this.length);
  }
}
