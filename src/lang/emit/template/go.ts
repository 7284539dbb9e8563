/** When a template is resolved: on the hub, for a cluster, or on the cluster itself. */
export type TemplateStage = 'hub' | 'agent';

/** An expression of a Go template. */
export type GoExpr =
  | { readonly go: 'text'; readonly value: string }
  | { readonly go: 'number'; readonly value: bigint | number }
  | { readonly go: 'bool'; readonly value: boolean }
  /** No value: only an argument. */
  | { readonly go: 'nil' }
  | { readonly go: 'variable'; readonly name: string }
  /** What the hub's resolver brings: `.ManagedClusterName`. */
  | { readonly go: 'context'; readonly name: 'ManagedClusterName' | 'ManagedClusterLabels' }
  | { readonly go: 'call'; readonly function: string; readonly args: readonly GoExpr[] }
  /** Within a template of the agent: a literal that the hub has put there before. */
  | {
      readonly go: 'fromHub';
      readonly nodes: readonly GoNode[];
      readonly value: GoExpr;
      readonly as: 'scalar' | 'json';
    };

/** What a Go template is made of. */
export type GoNode =
  | { readonly node: 'text'; readonly text: string }
  /** Prints a value, through functions that take it as their last argument. */
  | { readonly node: 'print'; readonly value: GoExpr; readonly through: readonly GoExpr[] }
  | {
      readonly node: 'set';
      readonly name: string;
      readonly value: GoExpr;
      readonly declares: boolean;
    }
  | {
      readonly node: 'if';
      readonly test: GoExpr;
      readonly yes: readonly GoNode[];
      readonly no: readonly GoNode[];
    }
  | {
      readonly node: 'range';
      /** The variables: index or key (null where it is not used), and item. */
      readonly key: string | null;
      readonly item: string;
      readonly over: GoExpr;
      readonly body: readonly GoNode[];
    };

/** A call. */
export function call(name: string, ...args: readonly GoExpr[]): GoExpr {
  return { go: 'call', function: name, args };
}
/** A text literal. */
export function text(value: string): GoExpr {
  return { go: 'text', value };
}
/** A number literal. */
export function number(value: bigint | number): GoExpr {
  return { go: 'number', value };
}
export const yes: GoExpr = { go: 'bool', value: true };
export const no: GoExpr = { go: 'bool', value: false };
export const nil: GoExpr = { go: 'nil' };

/** A conjunction, without what is always so. */
export function both(...of: readonly (GoExpr | null)[]): GoExpr {
  const args = of.filter((each): each is GoExpr => each !== null && each !== yes);
  const [only] = args;
  if (only === undefined) return yes;
  return args.length === 1 ? only : call('and', ...args);
}
/** The opposite. */
export function not(of: GoExpr): GoExpr {
  if (of.go === 'bool') return of.value ? no : yes;
  return of.go === 'call' && of.function === 'not' ? (of.args[0] ?? of) : call('not', of);
}

/** The text of a template, with the delimiters of its stage. */
export function printNodes(nodes: readonly GoNode[], stage: TemplateStage): string {
  return nodes.map((node) => printNode(node, stage)).join('');
}

function action(content: string, stage: TemplateStage): string {
  return stage === 'hub' ? `{{hub ${content} hub}}` : `{{ ${content} }}`;
}

function printNode(node: GoNode, stage: TemplateStage): string {
  switch (node.node) {
    case 'text':
      return node.text;
    case 'print':
      return action(
        [node.value, ...node.through].map((each) => printExpr(each)).join(' | '),
        stage,
      );
    case 'set':
      return action(`$${node.name} ${node.declares ? ':=' : '='} ${printExpr(node.value)}`, stage);
    case 'if': {
      const otherwise =
        node.no.length === 0 ? '' : action('else', stage) + printNodes(node.no, stage);
      const then = printNodes(node.yes, stage);
      return `${action(`if ${printExpr(node.test)}`, stage)}${then}${otherwise}${action('end', stage)}`;
    }
    case 'range': {
      const body = printNodes(node.body, stage);
      return action(rangeHead(node), stage) + body + action('end', stage);
    }
  }
}

/** What stands after `{{` where a range begins. */
export function rangeHead({
  key,
  item,
  over,
}: Omit<Extract<GoNode, { node: 'range' }>, 'node' | 'body'>): string {
  return `range ${key === null ? '' : `$${key}, `}$${item} := ${printExpr(over)}`;
}

/** An expression on its own; as an argument it is in parentheses. */
export function printExpr(expr: GoExpr): string {
  switch (expr.go) {
    case 'text':
      return goText(expr.value);
    case 'number':
      return String(expr.value);
    case 'bool':
      return String(expr.value);
    case 'nil':
      return 'nil';
    case 'variable':
      return `$${expr.name}`;
    case 'context':
      return `.${expr.name}`;
    case 'call':
      return [expr.function, ...expr.args.map(printArgument)].join(' ');
    case 'fromHub':
      return printFromHub(expr);
  }
}

function printArgument(expr: GoExpr): string {
  const written = printExpr(expr);
  return expr.go === 'call' || (expr.go === 'fromHub' && expr.as === 'json')
    ? `(${written})`
    : written;
}

// What the hub puts there is a literal of Go: JSON's texts are such, and an apostrophe would end YAML's quotes.
function printFromHub({ nodes, value, as }: Extract<GoExpr, { go: 'fromHub' }>): string {
  const quoted = [call('toRawJson'), call('replace', text("'"), text('\\u0027'))];
  const through = as === 'json' ? [call('toRawJson'), ...quoted] : quoted;
  const literal = printNodes([...nodes, { node: 'print', value, through }], 'hub');
  return as === 'json' ? `fromJson ${literal}` : literal;
}

/**
 * A text as Go writes it. Only printable ASCII without apostrophes: a template stands in a YAML scalar, whose quotes
 * an apostrophe ends and whose style other characters change.
 */
export function goText(value: string): string {
  let out = '"';
  for (const char of value) out += escapes.get(char) ?? goChar(char);
  return `${out}"`;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ["'", '\\x27'],
  ['\n', '\\n'],
  ['\t', '\\t'],
]);

function goChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return char;
  const isHalf = code >= 0xd800 && code <= 0xdfff;
  const hex = (isHalf ? 0xfffd : code).toString(16);
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
