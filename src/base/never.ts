/** Makes a `switch` over a union exhaustive at compile time; reaching it is a bug of ours. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** States what must hold for the code after it to make sense; a failure is a bug of ours, never a user's. */
export function invariant(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${what}`);
}
