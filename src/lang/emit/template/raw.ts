import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import { readsSecret } from '../../../ir/lookup.ts';
import { isWrittenOut, reportLabel } from './definition.ts';
import { type Bound, insist } from './draft.ts';
import { draftFor, protectedValue, type TemplateScope } from './field.ts';
import { call, type GoNode, printExpr, printNodes, rangeHead, type TemplateStage } from './go.ts';
import { isObjects, stageOf } from './kinds.ts';
import { noLeak } from './lookups.ts';

/** What a list of object templates is made of. */
export type RawItem =
  /** `entry`: what stands beside the `objectDefinition`. */
  | { readonly raw: 'object'; readonly entry: JsonObject; readonly definition: IrExpr }
  | {
      readonly raw: 'for';
      readonly variables: readonly string[];
      readonly over: IrExpr;
      readonly test: IrExpr | null;
      readonly items: readonly RawItem[];
    }
  | {
      readonly raw: 'if';
      readonly test: IrExpr;
      readonly yes: readonly RawItem[];
      readonly no: readonly RawItem[];
    };

/** The text of `object-templates-raw` (Rule 47): YAML with loops and branches around its entries. */
export function rawText(items: readonly RawItem[], scope: TemplateScope): string {
  return items.map((item) => rawItem(item, scope)).join('');
}

function rawItem(item: RawItem, scope: TemplateScope): string {
  switch (item.raw) {
    case 'object':
      return rawObject(item, scope);
    case 'for':
      return rawLoop(item, scope);
    case 'if':
      return rawBranch(item.test, rawText(item.yes, scope), rawText(item.no, scope), scope);
  }
}

function line(content: string, stage: TemplateStage): string {
  return stage === 'hub' ? `{{hub- ${content} hub}}\n` : `{{- ${content} }}\n`;
}

function prelude(nodes: readonly GoNode[], stage: TemplateStage): string {
  return nodes.length === 0 ? '' : `${printNodes(nodes, stage)}\n`;
}

function rawLoop(item: Extract<RawItem, { raw: 'for' }>, scope: TemplateScope): string {
  const { over, test, variables, items } = item;
  noLeak(over, draftFor(over, scope));
  const draft = draftFor(over, scope);
  const list = draft.compile.need(over, draft);
  const [first, second] = variables;
  const { shared } = scope;
  shared.variables += 2;
  const names = {
    item: `v${shared.variables}`,
    key: second === undefined ? null : `v${shared.variables - 1}`,
  };
  const stage = stageOf(over, scope.bound) === 'agent' ? 'agent' : 'hub';
  const bind = (name: string | null): Bound => ({
    value: { go: 'variable', name: name ?? names.item },
    stage,
    isObject: name === names.item && isObjects(over),
  });
  const bound = new Map(scope.bound);
  if (second === undefined) bound.set(first ?? '', bind(names.item));
  else bound.set(first ?? '', bind(names.key)).set(second, bind(names.item));
  const inside = { shared, bound };
  const body = rawText(items, inside);
  const kept = test === null ? body : rawBranch(test, body, '', inside);
  const head = line(rangeHead({ ...names, over: list }), stage);
  return `${prelude(draft.nodes, stage)}${head}${kept}${line('end', stage)}`;
}

function rawBranch(test: IrExpr, yes: string, no: string, scope: TemplateScope): string {
  const draft = draftFor(test, scope);
  noLeak(test, draft);
  const holds = draft.compile.holds(test, draft);
  const { stage } = draft;
  const otherwise = no === '' ? '' : line('else', stage) + no;
  const head = line(`if ${printExpr(holds)}`, stage);
  return `${prelude(draft.nodes, stage)}${head}${yes}${otherwise}${line('end', stage)}`;
}

function rawObject(
  { entry, definition }: Extract<RawItem, { raw: 'object' }>,
  scope: TemplateScope,
): string {
  const written: IrExpr = {
    op: 'record',
    items: [
      ...Object.entries(entry).map(([key, value]) => ({
        item: 'field' as const,
        key,
        value: constantOf(value),
      })),
      { item: 'field', key: 'objectDefinition', value: definition },
    ],
  };
  return `- ${yaml(written, 2, scope, [])}`;
}

/** YAML of a value that starts right here; what follows stands `indent` deep. Ends with a newline. */
function yaml(expr: IrExpr, indent: number, scope: TemplateScope, path: readonly string[]): string {
  const margin = ' '.repeat(indent);
  const fields = fieldsOf(expr);
  if (fields !== null) {
    if (fields.length === 0) return '{}\n';
    return fields
      .map(([key, value], index) => {
        const head = `${index === 0 ? '' : margin}${scalar(key)}:`;
        return head + nested(value, indent, scope, [...path, key]);
      })
      .join('');
  }
  const items = itemsOf(expr);
  if (items !== null) {
    if (items.length === 0) return '[]\n';
    return items
      .map((item, index) => `${index === 0 ? '' : margin}- ${yaml(item, indent + 2, scope, path)}`)
      .join('');
  }
  return expr.op === 'const' ? `${scalar(expr.value)}\n` : `${printedValue(expr, scope, path)}\n`;
}

/** A value after its key: a map or a list on the lines below. */
function nested(
  expr: IrExpr,
  indent: number,
  scope: TemplateScope,
  path: readonly string[],
): string {
  const inner = (fieldsOf(expr)?.length ?? 0) > 0 || (itemsOf(expr)?.length ?? 0) > 0;
  const start = inner ? `\n${' '.repeat(indent + 2)}` : ' ';
  return start + yaml(expr, indent + 2, scope, path);
}

function fieldsOf(expr: IrExpr): readonly (readonly [string, IrExpr])[] | null {
  if (expr.op === 'const') {
    return isJsonObject(expr.value)
      ? Object.entries(expr.value).map(([key, value]) => [key, constantOf(value)])
      : null;
  }
  if (expr.op !== 'record' || !isWrittenOut(expr)) return null;
  return expr.items.flatMap((item) =>
    item.item === 'field' ? [[item.key, item.value] as const] : [],
  );
}

function itemsOf(expr: IrExpr): readonly IrExpr[] | null {
  if (expr.op === 'const') return Array.isArray(expr.value) ? expr.value.map(constantOf) : null;
  if (expr.op !== 'list' || !expr.items.every(({ item }) => item === 'value')) return null;
  return expr.items.flatMap((item) => (item.item === 'value' ? [item.value] : []));
}

function constantOf(value: Json | undefined): IrExpr {
  return { op: 'const', type: 'json', value: value ?? null };
}

function printedValue(expr: IrExpr, scope: TemplateScope, path: readonly string[]): string {
  reportLabel(expr, path.slice(1), scope);
  const draft = draftFor(expr, scope);
  const { value, present, missing } = draft.compile.maybe(expr, draft);
  insist(present, missing, draft);
  const print: GoNode =
    readsSecret(expr) && draft.stage === 'hub'
      ? protectedValue(value)
      : { node: 'print', value, through: [call('toRawJson')] };
  return printNodes([...draft.nodes, print], draft.stage);
}

/** A scalar in YAML. A text with a template of the author's own keeps it readable for the resolver. */
function scalar(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  if (/^[A-Za-z][A-Za-z0-9-]*$/.test(value) && !words.has(value.toLowerCase())) return value;
  if (value.includes('{{') && /^[\x20-\x7e]*$/.test(value))
    return `'${value.replaceAll("'", "''")}'`;
  return JSON.stringify(value).replace(unprintable, escaped);
}

// One such character makes the hub's resolver write the whole text in double quotes, which ends its templates' own.
const unprintable = /[^\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]/gu;

// Words YAML 1.1 takes for something else.
const words = new Set(['y', 'n', 'yes', 'no', 'on', 'off', 'true', 'false', 'null', 'nan', 'inf']);

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
