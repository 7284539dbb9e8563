/** Bounds on source text; what lies beyond is reported (OCM1003, OCM1004), never parsed. */
export const limits = {
  /** UTF-16 units of one file. */
  fileLength: 4 * 1024 * 1024,
  /**
   * How deep a tree may get: each bracket counts `bracketWeight`, each operator of a chain one. Eighty brackets,
   * or a chain of four hundred operators, or any mix between; recursion over the tree then fits every stack.
   */
  depth: 400,
  bracketWeight: 5,
  /** The same for one interpolation in a string. */
  interpolationDepth: 60,
  /** Strings within interpolations within strings. */
  stringNesting: 4,
  /** Recoveries tried in one chunk before the rest of it is given up. */
  recoveries: 60,
} as const;
