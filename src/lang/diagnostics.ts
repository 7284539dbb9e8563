import type { Span } from '../base/span.ts';

/** `lint`: a matter of style; `warning`: likely not meant; `error`: there is no program. */
export type Severity = 'error' | 'warning' | 'lint';

interface Entry {
  readonly severity: Severity;
  /** One sentence, lower case, no full stop, the author's text in backquotes; `{x}` is a parameter. */
  readonly text: string;
}

/**
 * What the language can say. Every code has a page in `docs/diagnostics/` and a case in `test/lang`, and is
 * never used for anything else; `test/meta` checks both. Ranges: language.md §11.
 */
export const diagnostics = {
  OCM1001: { severity: 'error', text: 'expected {what} here' },
  OCM1002: { severity: 'error', text: 'unexpected `{text}`' },
  OCM1003: { severity: 'error', text: 'this is nested too deeply to be read' },
  OCM1004: { severity: 'error', text: 'the file is longer than {limit} characters' },
  OCM1005: { severity: 'error', text: 'interpolation is not allowed in {where}' },
  OCM1006: { severity: 'error', text: 'comparisons do not chain' },
  OCM1007: { severity: 'error', text: '`{word}` is not an operator' },
  OCM1008: { severity: 'error', text: '`{escape}` is not an escape' },
  OCM1009: { severity: 'error', text: '`{word}` is a keyword, not a name' },

  OCM2001: { severity: 'error', text: 'unknown {sort} `{name}`' },
  OCM2002: { severity: 'error', text: '`{word}` is not known in {where}' },
  OCM2003: { severity: 'error', text: '`{word}` is neither {expected} nor a name in scope' },
  OCM2004: { severity: 'error', text: 'expected {expected}, found {found}' },
  OCM2005: { severity: 'error', text: '`{operation}` is not defined for {type}' },
  OCM2006: { severity: 'error', text: '{sort} `{name}` is declared twice' },
  OCM2007: { severity: 'error', text: '`{name}` is already {what}' },
  OCM2008: { severity: 'error', text: '`{name}` is ambiguous: {meanings}' },
  OCM2009: { severity: 'error', text: '{what} depends on itself' },
  OCM2010: { severity: 'error', text: 'unknown Kubernetes kind `{kind}`' },
  OCM2011: { severity: 'error', text: '`{text}` may be a duration or a quantity' },
  OCM2012: { severity: 'error', text: '`{text}` is a number, not a version' },
  OCM2013: { severity: 'error', text: '{what} is out of range: {range}' },
  OCM2014: { severity: 'error', text: '`{name}` is written twice' },
  OCM2015: { severity: 'error', text: '`{path}` leaves the workspace' },
  OCM2016: { severity: 'error', text: 'nothing to import at `{path}`' },
  OCM2017: { severity: 'error', text: 'modules import each other: {cycle}' },
  OCM2018: { severity: 'error', text: 'a program has one fleet, and this is another' },
  OCM2020: { severity: 'error', text: 'the source `{source}` is not vendored' },
  OCM2021: { severity: 'error', text: 'an empty `from` would mean every set upstream' },
  OCM2022: { severity: 'error', text: '`{range}` crosses midnight' },
  OCM2023: { severity: 'error', text: 'the parameter `{name}` has no value' },
  OCM2024: { severity: 'error', text: 'this cannot be computed: {why}' },
  OCM2025: { severity: 'error', text: '`{name}` is optional and has a default' },
  OCM2026: { severity: 'error', text: '`{key}` has no meaning with {other}' },
  OCM2027: { severity: 'error', text: 'the cluster `{cluster}` lacks the attribute `{attribute}`' },
  OCM2028: { severity: 'error', text: '`raw` cannot change `{field}`' },
  OCM2029: { severity: 'error', text: '{block} lacks `{key}`' },
  OCM2030: { severity: 'error', text: '`exclude` alone selects no namespace' },
  OCM2031: { severity: 'error', text: '`{field}` comes from the labels of the block' },
  OCM2032: { severity: 'error', text: 'unknown note `@{name}`' },
  OCM2033: { severity: 'error', text: 'a union has members or types, not both' },
  OCM2034: { severity: 'error', text: '`{word}` is reserved and not available yet' },
  OCM2035: { severity: 'error', text: '`{path}` cannot be used: {problem}' },
  OCM2036: { severity: 'error', text: 'this grows too large: more than {limit}' },
  OCM2040: {
    severity: 'error',
    text: 'agents say {atom} of themselves, and this placement trusts the hub only',
  },
  OCM2104: {
    severity: 'error',
    text: '`{path}` may be missing, and `{op}` does not say what missing means',
  },
  OCM2201: { severity: 'error', text: '`{what}` is not available in {where}' },
  OCM2301: { severity: 'error', text: '`mode` is said on the policy, not on `{block}`' },
  OCM2302: {
    severity: 'error',
    text: '{sort} `{name}` is in namespace `{there}`, and this is in `{here}`',
  },
  OCM2303: { severity: 'error', text: 'the template name `{name}` is used twice' },
  OCM2306: { severity: 'error', text: 'the built-in `{builtin}` is not deterministic' },
  OCM2307: { severity: 'error', text: 'the Rego is wrong: {message}' },
  OCM2308: { severity: 'error', text: 'this Rego cannot be compiled here: {problem}' },
  OCM2304: { severity: 'warning', text: '{what} has no namespace' },

  OCM3001: { severity: 'error', text: '`{atom}` has no form upstream' },
  OCM3007: { severity: 'warning', text: '`{key}` is accepted upstream and read by nothing there' },
  OCM3012: {
    severity: 'warning',
    text: 'upstream counts the score `{score}` also when it has expired',
  },
  OCM3015: {
    severity: 'warning',
    text: 'this also matches values of `{attribute}` outside its type',
  },
  OCM3016: {
    severity: 'error',
    text: '`{condition}` may cost {cost} upstream, where more than {limit} is false',
  },
  OCM3017: {
    severity: 'warning',
    text: 'without its guard this lookup gives an empty text or 0 where it fails',
  },
  OCM3018: {
    severity: 'warning',
    text: '`{condition}` may cost {cost} of the {limit} that upstream allows',
  },
  OCM3102: { severity: 'error', text: '`{atom}` cannot be a condition of {where}' },

  OCM3301: {
    severity: 'error',
    text: '`{what}` differs from cluster to cluster, and a replica set does not',
  },
  OCM3302: {
    severity: 'error',
    text: 'a replica set that is rolled out in steps needs `healthy` on some object',
  },
  OCM3303: { severity: 'error', text: '`via: {carrier}` does not know a `window`' },

  OCM4001: { severity: 'warning', text: '`{condition}` is {truth}' },
  OCM4002: {
    severity: 'warning',
    text: 'the placement `{name}` matches none of the {count} of the inventory',
  },
  OCM4004: { severity: 'error', text: 'placement `{placement}` has no group `{group}`' },
  OCM4005: { severity: 'warning', text: '`{limit}` of `{value}` {effect}' },
  OCM4006: {
    severity: 'warning',
    text: 'the set `{set}` is not bound to {where} by this program',
  },
  OCM4007: { severity: 'warning', text: '{sort} `{name}` is placed nowhere' },
  OCM4008: { severity: 'warning', text: 'nothing is placed by the placement `{name}`' },
  OCM4012: {
    severity: 'warning',
    text: '`for` with `NoSelectIfNew` holds only until a cluster is first selected',
  },
  OCM4013: { severity: 'warning', text: '{block} without a name is reported, never enforced' },
  OCM4014: { severity: 'warning', text: '`{attribute}` {what} on {clusters}' },
  OCM4016: {
    severity: 'warning',
    text: '`{placement}` may choose clusters that `{policy}` is not placed on',
  },
  OCM4017: {
    severity: 'warning',
    text: '`{policy}` is placed by {other} too, which this does not exclude',
  },
  OCM4015: { severity: 'warning', text: '`{block}` is reported, and nothing enforces it' },
  OCM4018: { severity: 'warning', text: 'the fields of a named `mustnothave` are not compared' },

  OCM4019: {
    severity: 'warning',
    text: 'the placements `{one}` and `{other}` may select the same cluster',
  },
  OCM4020: { severity: 'warning', text: 'a secret shows here to those who may not read it' },
  OCM4025: {
    severity: 'warning',
    text: 'installing on `{placement}` never takes effect: `{later}` covers all its clusters',
  },
  OCM4026: { severity: 'warning', text: '`{name}` waits for itself' },
  OCM4027: { severity: 'warning', text: '{sort} `{name}` holds nothing' },

  OCM5001: { severity: 'lint', text: '`"{word}"` can be the bare word `{word}`' },
  OCM5002: { severity: 'lint', text: '`@allow({code})` suppresses nothing' },
  OCM5003: { severity: 'lint', text: '`{name}` is deprecated: {why}' },

  OCM6001: { severity: 'error', text: 'this YAML cannot be read exactly: {what}' },
  OCM6002: { severity: 'error', text: 'this is no Kubernetes object: {what}' },
  OCM6003: { severity: 'error', text: '{what} is given twice and differs' },
  OCM6004: { severity: 'error', text: '{object} has no exact form in the language: {why}' },
} as const satisfies Readonly<Record<string, Entry>>;

export type DiagnosticCode = keyof typeof diagnostics;

type Parameters<Text extends string> = Text extends `${string}{${infer P}}${infer Rest}`
  ? P | Parameters<Rest>
  : never;
/** The parameters of a code, read from its text: a wrong or missing one does not compile. */
export type ParamsOf<C extends DiagnosticCode> = {
  readonly [P in Parameters<(typeof diagnostics)[C]['text']>]: string;
};

/** One edit of the text. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}
/** Edits that together mend the problem. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
}
/** Another place that has to do with it, with a few words why. */
export interface Secondary {
  readonly file: string;
  readonly span: Span;
  readonly text: string;
}

/** What may stand beside the message. */
export interface Advice {
  readonly help?: readonly string[];
  readonly fixes?: readonly Fix[];
  readonly secondary?: readonly Secondary[];
}
/** Something wrong at a place of a file that the reader knows. */
export interface Problem<C extends DiagnosticCode = DiagnosticCode> extends Advice {
  readonly code: C;
  readonly span: Span;
  readonly params: Readonly<Record<string, string>>;
}
/** A problem with its file. Spans count UTF-16 units from the start of the file. */
export interface Diagnostic<C extends DiagnosticCode = DiagnosticCode> extends Problem<C> {
  readonly file: string;
}

/** Makes a problem; its parameters are checked against the text of the code. */
export function problem<C extends DiagnosticCode>(
  code: C,
  span: Span,
  params: ParamsOf<C>,
  advice: Advice = {},
): Problem<C> {
  return { code, span, params, ...advice };
}

/** How bad a diagnostic is. */
export function severityOf({ code }: { readonly code: DiagnosticCode }): Severity {
  return diagnostics[code].severity;
}

/** The sentence a diagnostic says. */
export function messageOf({ code, params }: Pick<Problem, 'code' | 'params'>): string {
  return diagnostics[code].text.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
}
