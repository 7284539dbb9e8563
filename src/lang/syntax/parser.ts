import type { Span } from '../../base/span.ts';
import { type Problem, problem } from '../diagnostics.ts';
import type { DeclNode, Expr, TypeNode } from './ast.ts';
import type { Gap, Grammar, Rule, Run } from './grammar.ts';
import { asName, keywordAsName } from './keywords.ts';
import { misplacedLambda } from './lambdas.ts';
import { tokenize } from './lexer.ts';
import { limits } from './limits.ts';
import { missing, type PendingString, spanOf } from './nodes.ts';
import { RecoveringGrammar } from './recovering.ts';
import { type Brackets, measure, repair } from './repair.ts';
import { blockRules } from './rules/blocks.ts';
import { declarationRules } from './rules/declarations.ts';
import { expressionRules } from './rules/expressions.ts';
import type { Rules } from './rules/rules.ts';
import { typeRules } from './rules/types.ts';
import { StraightGrammar, stuck } from './straight.ts';
import { segmentsOf } from './text.ts';
import { type Token, vocabulary } from './tokens.ts';

/** The result of reading tokens: there is always a node. */
export interface Parsed<T> {
  readonly node: T;
  readonly problems: readonly Problem[];
}

const expected: ReadonlyMap<string, string> = new Map([
  ['decl', 'a declaration'],
  ['binding', '`let` or `param`'],
  ['label', 'a label'],
  ['item', 'a property or a block'],
  ['property', 'a property'],
  ['ifItem', '`{` or `if`'],
  ['atom', 'a type'],
  ['field', 'a field'],
  ['expr', 'a value'],
  ['unary', 'a value'],
  ['postfix', 'a value'],
  ['primary', 'a value'],
  ['element', 'a value'],
  ['arg', 'a value'],
]);

/** What a run leaves behind besides the node. */
interface Findings {
  readonly strings: PendingString[];
  readonly problems: Problem[];
}
const findings: Findings = { strings: [], problems: [] };

interface Parser<G> {
  readonly grammar: G;
  readonly rules: Rules;
}

function withRules<G extends Grammar>(grammar: G): Parser<G> {
  const rules = {} as Rules;
  const complain = (found: Problem): void => {
    if (!grammar.learning) findings.problems.push(found);
  };
  const building = { grammar, rules, strings: findings.strings, complain };
  Object.assign(
    rules,
    declarationRules(building),
    blockRules(building),
    typeRules(building),
    expressionRules(building),
  );
  return { grammar, rules };
}

/** Builds the parser of anything; `validate` also looks for ambiguities, which takes a while and is a test's business. */
export function buildRecovering(validate: boolean): Parser<RecoveringGrammar> {
  const parser = withRules(new RecoveringGrammar(vocabulary, validate));
  parser.grammar.seal(expected);
  findings.strings.length = 0;
  return parser;
}

/** Builds the parser of what has no mistake. */
export function buildStraight(): Parser<StraightGrammar> {
  return withRules(new StraightGrammar());
}

let straight: Parser<StraightGrammar> | null = null;
let recovering: Parser<RecoveringGrammar> | null = null;

// Most texts have no mistake, and learning to recover from one takes longer than checking a small module.
function runRule<T>(ruleOf: (rules: Rules) => Rule<T>, tokens: Token[], rest: string): Run<T> {
  const { strings, problems } = findings;
  const before = { strings: strings.length, problems: problems.length };
  straight ??= buildStraight();
  const node = straight.grammar.run(ruleOf(straight.rules), tokens);
  if (node !== stuck) return { node, gaps: [] };
  recovering ??= buildRecovering(false);
  strings.length = before.strings;
  problems.length = before.problems;
  return recovering.grammar.run(ruleOf(recovering.rules), tokens, rest);
}

/** Reads a sequence of declarations. `tokens` and what is known of their `brackets` are of `text`; total. */
export function parseDecls(
  text: string,
  tokens: Token[],
  brackets: Brackets,
): Parsed<readonly DeclNode[]> {
  return parseTokens({ text, tokens, brackets }, ({ file }) => file, []);
}

/** Reads one type, for types that are written in our own tables. */
export function parseType(text: string): Parsed<TypeNode> {
  return parseTokens(read(text), ({ type }) => type, missing(0));
}

/** Reads one expression, for values given from outside. */
export function parseExpr(text: string): Parsed<Expr> {
  return parseTokens(read(text), ({ expr }) => expr, missing(0));
}

interface Input {
  readonly text: string;
  readonly tokens: Token[];
  readonly brackets: Brackets;
}
function read(text: string): Input {
  const { tokens } = tokenize(text);
  return { text, tokens, brackets: measure(tokens, limits.depth) };
}

function parseTokens<T>(
  { text, tokens, brackets }: Input,
  rule: (rules: Rules) => Rule<T>,
  nothing: T,
): Parsed<T> {
  if (brackets.tooDeep !== null) return { node: nothing, problems: [tooDeep(brackets.tooDeep)] };
  if (brackets.balanced) return parseBalanced({ text, tokens }, rule);
  const repaired = repair(text, tokens);
  const deep = measure(repaired.tokens, limits.depth).tooDeep;
  if (deep !== null) return { node: nothing, problems: [tooDeep(deep)] };
  const { node, problems } = parseBalanced({ text, tokens: repaired.tokens }, rule);
  return { node, problems: [...repaired.problems, ...problems] };
}

// Keywords that stand where a name should are read as that name, and said to be keywords; of a lambda that is no argument
// its body is read.
function parseBalanced<T>(
  { text, tokens: all }: Pick<Input, 'text' | 'tokens'>,
  rule: (rules: Rules) => Rule<T>,
): Parsed<T> {
  let tokens = all;
  const misused: Problem[] = [];
  let run = runOver(rule, tokens);
  for (let left = maxMisused; left > 0 && run.gaps.length > 0; left--) {
    const at = misplacedLambda(run.gaps, tokens);
    const [formal, arrow] = tokens.slice(at, at + 2);
    if (at < 0 || formal === undefined || arrow === undefined) break;
    misused.push(lambdaProblem(formal, arrow));
    tokens = [...tokens.slice(0, at), ...tokens.slice(at + 2)];
    run = runOver(rule, tokens);
  }
  for (let left = maxMisused; left > 0 && run.gaps.length > 0; left--) {
    const at = keywordAsName(run.gaps, text, tokens);
    const token = tokens[at];
    if (token === undefined) break;
    tokens[at] = asName(token);
    misused.push(keywordProblem(token));
    run = runOver(rule, tokens);
  }
  const { node, gaps } = run;
  return {
    node,
    problems: [...misused, ...gaps.map(gapProblem), ...findings.problems],
  };
}

/** How many keywords in the place of a name, and lambdas, one declaration is read past. */
const maxMisused = 8;

function runOver<T>(rule: (rules: Rules) => Rule<T>, tokens: Token[]): Run<T> {
  findings.strings.length = 0;
  findings.problems.length = 0;
  const run = runRule(rule, tokens, 'a declaration');
  finishStrings(findings);
  return run;
}

function keywordProblem(token: Token): Problem {
  const word = token.image;
  const span = spanOf(token);
  const help = [`in backquotes it is a name: \`${word}\``];
  const fixes = [{ title: 'put it in backquotes', edits: [{ span, text: `\`${word}\`` }] }];
  return problem('OCM1009', span, { word }, { help, fixes });
}

function lambdaProblem(formal: Token, arrow: Token): Problem {
  const span = { start: formal.startOffset, end: spanOf(arrow).end };
  const help = [
    'a lambda is an argument: `list.any(x => …)`; a function with a name is `fun name(x: type) = …`',
  ];
  return problem('OCM1002', span, { text: `${formal.image} =>` }, { help });
}

function gapProblem({ what, at }: Gap): Problem {
  return problem('OCM1001', { start: at, end: at }, { what });
}

function tooDeep({ startOffset, image }: Token): Problem {
  const span = { start: startOffset, end: startOffset + image.length };
  const help = [
    `brackets may nest ${limits.depth / limits.bracketWeight} deep, and a chain of operators may have ${limits.depth} of them: give a part a name with \`let\` or \`fun\``,
  ];
  return problem('OCM1003', span, {}, { help });
}

/** Reads the interpolations of the strings met; those may hold strings, which join the end of the list. */
function finishStrings({ strings, problems }: Findings): void {
  for (let i = 0; i < strings.length; i++) {
    const { node, image, depth } = strings[i] as PendingString;
    // not written: that is a gap
    if (image === '') continue;
    const { start } = node.span;
    const { parts, badEscapes, unclosed } = segmentsOf(image);
    if (image.length < 2 || !image.endsWith('"') || unclosed !== null) {
      problems.push(unfinished(node.span, unclosed));
    }
    for (const at of badEscapes) problems.push(badEscape(image, start, at));
    const known = strings.length;
    node.parts = parts.map((part) =>
      typeof part === 'string' ? part : interpolation({ image, part, start, depth }, problems),
    );
    for (const inner of strings.slice(known)) inner.depth = depth + 1;
  }
}

interface Interpolation {
  readonly image: string;
  readonly part: Span;
  /** Offset of the string. */
  readonly start: number;
  readonly depth: number;
}

function interpolation({ image, part, start, depth }: Interpolation, problems: Problem[]): Expr {
  const by = start + part.start;
  const lost: Expr = { kind: 'missing', span: { start: by, end: start + part.end } };
  if (depth >= limits.stringNesting) {
    problems.push(problem('OCM1003', lost.span, {}));
    return lost;
  }
  const source = image.slice(part.start, part.end);
  const { tokens, unreadable } = tokenize(source);
  for (const token of tokens) token.startOffset += by;
  for (const { start: from, end } of unreadable) {
    const text = source.slice(from, end);
    problems.push(problem('OCM1002', { start: from + by, end: end + by }, { text }));
  }
  const { tooDeep: deep } = measure(tokens, limits.interpolationDepth);
  if (deep !== null) problems.push(tooDeep(deep));
  else if (tokens.length === 0) problems.push(gapProblem({ what: 'a value', at: by }));
  else {
    const { node, gaps } = runRule(({ expr }) => expr, tokens, '`}`');
    problems.push(...gaps.map(gapProblem));
    return node;
  }
  return lost;
}

function unfinished(span: Span, unclosed: number | null): Problem {
  const at = { start: span.end, end: span.end };
  if (unclosed === null) {
    const fixes = [{ title: 'close the string', edits: [{ span: at, text: '"' }] }];
    return problem('OCM1001', at, { what: '`"`' }, { fixes });
  }
  const opened = { start: span.start + unclosed, end: span.start + unclosed + 2 };
  const help = ['for a plain `${` write `\\${`'];
  return problem('OCM1001', opened, { what: 'an interpolation that ends with `}`' }, { help });
}

function badEscape(image: string, shift: number, at: number): Problem {
  const span = { start: shift + at, end: shift + at + 2 };
  const help = ['escapes are those of JSON and `\\$`; a plain backslash is `\\\\`'];
  return problem('OCM1008', span, { escape: image.slice(at, at + 2) }, { help });
}
