/** The value of a key an object itself has; keys of its prototype (`constructor`, `__proto__`) are absent. */
export function own<T>(of: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return of !== undefined && Object.hasOwn(of, key) ? of[key] : undefined;
}
