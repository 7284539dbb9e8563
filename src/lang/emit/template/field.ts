import type { IrExpr } from '../../../ir/expr.ts';
import { readOf, readsSecret } from '../../../ir/lookup.ts';
import type { Bound, Draft, Shared } from './draft.ts';
import { call, type GoExpr, type GoNode, printNodes, text } from './go.ts';
import { stageOf, typeOf } from './kinds.ts';
import { noLeak } from './lookups.ts';
import { compileExpressions } from './value.ts';

/** Where a template is written: what its object shares, and the variables of the loops around it. */
export interface TemplateScope {
  readonly shared: Shared;
  readonly bound: ReadonlyMap<string, Bound>;
}

/** A template of the stage an expression has. */
export function draftFor(expr: IrExpr, { shared, bound }: TemplateScope): Draft {
  const stage = stageOf(expr, bound) === 'agent' ? 'agent' : 'hub';
  return { stage, nodes: [], bound, shared, compile: compileExpressions };
}

/**
 * The text of a field whose value is found when its template is resolved. What cannot spoil YAML stands in the text;
 * everything else is printed as JSON, which is YAML, with `toInt` or `toLiteral`: they make the resolver take the
 * quotes around the field away.
 */
export function fieldText(expr: IrExpr, scope: TemplateScope): string {
  const draft = draftFor(expr, scope);
  const embedded = embed(expr, draft);
  if (embedded !== null) return printNodes([...draft.nodes, ...embedded], draft.stage);
  const inside = draftFor(expr, scope);
  const value = inside.compile.need(expr, inside);
  return printNodes([...inside.nodes, printed(expr, value, inside)], inside.stage);
}

function printed(expr: IrExpr, value: GoExpr, { stage }: Draft): GoNode {
  const type = typeOf(expr);
  if (readsSecret(expr) && stage === 'hub') return protectedValue(value);
  if (type === 'int' || type === 'score') {
    const isConverted = value.go === 'call' && value.function === 'toInt';
    const of = isConverted ? (value.args[0] ?? value) : value;
    return { node: 'print', value: of, through: [call('toInt')] };
  }
  return { node: 'print', value, through: [call('toRawJson'), call('toLiteral')] };
}

/**
 * A secret leaves the hub encrypted. The agent puts the decrypted text into the YAML as it is, before it reads
 * templates: as JSON it is one scalar whatever it holds, and braces are none of a template.
 */
export function protectedValue(value: GoExpr): GoNode {
  const braces = call('replace', text('{{'), text('\\u007b\\u007b'));
  return { node: 'print', value, through: [call('toRawJson'), braces, call('protect')] };
}

/** The nodes of a text that can stand in any YAML scalar; null where a value might not. */
function embed(expr: IrExpr, draft: Draft): readonly GoNode[] | null {
  if (draft.stage !== 'hub' || draft.bound.size > 0) return null;
  if (expr.op === 'if') {
    if (!isPlainText(expr.yes) || !isPlainText(expr.no)) return null;
    noLeak(expr.test, draft);
    const test = draft.compile.holds(expr.test, draft);
    const side = (of: IrExpr): GoNode => ({ node: 'text', text: textOf(of) });
    return [{ node: 'if', test, yes: [side(expr.yes)], no: [side(expr.no)] }];
  }
  const parts = expr.op === 'format' ? expr.parts : [expr];
  if (!parts.every((part) => isPlainText(part) || isSafe(part) || isPlainRead(part, draft)))
    return null;
  const [first] = parts;
  if (first !== undefined && isPlainText(first) && !isTextForSure(textOf(first))) return null;
  return parts.map((part): GoNode => {
    if (isPlainText(part)) return { node: 'text', text: textOf(part) };
    return { node: 'print', value: draft.compile.need(part, draft), through: [] };
  });
}

function isPlainText(expr: IrExpr): boolean {
  return expr.op === 'const' && typeof expr.value === 'string' && /^[\x20-\x7e]*$/.test(expr.value);
}

function textOf(expr: IrExpr): string {
  return expr.op === 'const' && typeof expr.value === 'string' ? expr.value : '';
}

// Names of clusters and values of labels have letters, digits, `-`, `_` and `.` only.
function isSafe(expr: IrExpr): boolean {
  if (expr.op !== 'attribute' || expr.type !== 'string' || expr.default !== undefined) return false;
  return expr.source.from === 'label' || expr.name === 'name';
}

/** With `--plain-templates` a text is written as people write it. */
function isPlainRead(expr: IrExpr, { shared }: Draft): boolean {
  const read = readOf(expr);
  return shared.plain && read !== null && read.as === 'string' && read.of.kind === 'ConfigMap';
}

// What starts a text that YAML leaves unquoted: nothing that follows makes a number, a bool or a date of it.
function isTextForSure(start: string): boolean {
  return /^[A-Za-z][A-Za-z0-9]*[-./_]/.test(start);
}
