/**
 * Longer texts match no pattern of ours: all of them describe names and short values, and a bound keeps the
 * time of matching small whatever the text is.
 */
const longestMatched = 4096;

/** The patterns of our schemas, as CustomResourceDefinitions spell them. */
export const patterns = {
  quantity:
    /^(\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\+|-)?(([0-9]+(\.[0-9]*)?)|(\.[0-9]+))))?$/,
  qualifiedName:
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$/,
  topologyKey:
    /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/,
  dnsLabel: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  dnsLabelOrEmpty: /^([a-z0-9]([-a-z0-9]*[a-z0-9])?)?$/,
  dnsSubdomain: /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*)$/,
  conditionReason: /^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/,
  groupName: /^[a-zA-Z0-9][-A-Za-z0-9_.]{0,61}[a-zA-Z0-9]$/,
  clustersPerGroup: /^((100|[1-9][0-9]{0,1})%|[1-9][0-9]*)$/,
  countOrPercent: /^((100|[0-9]{1,2})%|[0-9]+)$/,
  shortDuration: /^[0-9]+[hms]$/,
  // Upstream's, with its two slips (the first alternative has no end, `|` counts as a unit): objects it
  // accepted must stay acceptable.
  deadline: /^(([0-9])+[h|m|s])|None$/,
  workAgent: /^work-agent/,
  // Upstream's has a `.` for the decimal point and repeats the words, which lets an engine that backtracks
  // take exponential time. This accepts what of it is a Go duration, `never` or `watch`.
  evaluationInterval: /^(?:never|watch|(?:[0-9]+(?:[.][0-9])?(?:h|ms|m|s|us|ns))+)$/,
  innerPolicyKind: /^(?:(?:Certificate|Configuration)Policy)$/,
  variableName: /^[a-zA-Z_][_a-zA-Z0-9]*$/,
  containerId: /^(deployments|daemonsets|statefulsets|replicasets|jobs|cronjobs|pods|\*):.+:.+$/,
  signerName: /^([a-z0-9][a-z0-9-]*[a-z0-9]\.)+[a-z]+[/][a-z0-9-.]+$/,
  sha256: /^[0-9a-f]{64}$/,
} as const;

const literals = new Map(Object.values(patterns).map((pattern) => [pattern.source, pattern]));

/** How `validate` asks whether a text matches a pattern; undefined where it cannot tell. */
export type Matches = (pattern: string, text: string) => boolean | undefined;

/** Judges the patterns of our own schemas, in bounded time; undefined for any other pattern. */
export const matchesLiteral: Matches = (pattern, text) => {
  const literal = literals.get(pattern);
  if (literal === undefined) return undefined;
  return text.length <= longestMatched && literal.test(text);
};
