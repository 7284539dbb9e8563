import type { Json } from '../../src/base/json.ts';
import type { IrAttribute, IrExpr, IrItem, IrRecordItem } from '../../src/ir/expr.ts';
import type { IrDecl } from '../../src/ir/program.ts';
import { writeYaml } from '../../src/kube/yaml.ts';

type Op<K extends IrExpr['op']> = Extract<IrExpr, { readonly op: K }>;

/** Declarations of the IR as people read them: YAML, conditions as text, without origins and what is empty. */
export function showDecls(decls: readonly IrDecl[]): string {
  return writeYaml(decls.map((decl) => plain(decl) as Json));
}

function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if ('op' in value) return tree(value as IrExpr);
  const entries = Object.entries(value).filter(([key, of]) => key !== 'origin' && !isEmpty(of));
  return Object.fromEntries(entries.map(([key, of]) => [key, isAsIs(key, of) ? of : plain(of)]));
}

/** An object of Kubernetes, where nothing is left out. */
function isAsIs(key: string, value: unknown): boolean {
  if (key === 'definition' || key === 'raw') return true;
  return key === 'object' && typeof value === 'object' && value !== null && !('op' in value);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Records and lists stay trees, everything else is a text. */
function tree(expr: IrExpr): unknown {
  if (expr.op === 'const' && expr.type === 'json') return expr.value;
  if (expr.op === 'record') return Object.fromEntries(expr.items.map(recordItem));
  if (expr.op === 'list') return expr.items.map(listItem);
  return text(expr);
}

function recordItem(item: IrRecordItem, index: number): [string, unknown] {
  switch (item.item) {
    case 'field':
      return [item.key, tree(item.value)];
    case 'spread':
      return [`...${index}`, tree(item.of)];
    case 'for':
      return [loopText(item), Object.fromEntries(item.items.map(recordItem))];
    case 'if':
      return [
        `if ${text(item.test)}`,
        {
          yes: Object.fromEntries(item.yes.map(recordItem)),
          no: Object.fromEntries(item.no.map(recordItem)),
        },
      ];
  }
}

function listItem(item: IrItem): unknown {
  switch (item.item) {
    case 'value':
      return tree(item.value);
    case 'spread':
      return { '...': tree(item.of) };
    case 'for':
      return { [loopText(item)]: item.items.map(listItem) };
    case 'if':
      return { [`if ${text(item.test)}`]: item.yes.map(listItem), else: item.no.map(listItem) };
  }
}

function loopText(item: {
  readonly variables: readonly string[];
  readonly over: IrExpr;
  readonly test: IrExpr | null;
}): string {
  const test = item.test === null ? '' : ` if ${text(item.test)}`;
  return `for ${item.variables.join(', ')} in ${text(item.over)}${test}`;
}

function text(expr: IrExpr): string {
  switch (expr.op) {
    case 'const':
      return expr.type === 'json' || expr.type === 'string'
        ? JSON.stringify(expr.value)
        : `${expr.type} ${String(expr.value)}`;
    case 'attribute':
      return attribute(expr);
    case 'and':
    case 'or':
      return `(${expr.args.map(text).join(` ${expr.op} `)})`;
    case 'not':
      return `not ${text(expr.arg)}`;
    case 'has':
      return `has(${text(expr.arg)})`;
    case 'negate':
      return `-${text(expr.arg)}`;
    case 'compare':
    case 'arithmetic':
      return `${text(expr.left)} ${expr.by} ${text(expr.right)}`;
    case 'in':
      return `${text(expr.left)} in ${text(expr.right)}`;
    case 'coalesce':
      return `(${text(expr.left)} ?? ${text(expr.right)})`;
    case 'if':
      return `if ${text(expr.test)} then ${text(expr.yes)} else ${text(expr.no)}`;
    case 'member':
      return `${text(expr.of)}.${expr.name}`;
    case 'index':
      return `${text(expr.of)}[${text(expr.at)}]`;
    case 'call':
      return `${expr.function}(${expr.args.map(text).join(', ')})`;
    case 'lambda':
      return `${expr.variable} => ${text(expr.body)}`;
    case 'variable':
      return expr.name;
    case 'format':
      return `format(${expr.parts.map(text).join(', ')})`;
    case 'cel':
      return `cel(${expr.source})`;
    default:
      return JSON.stringify(tree(expr as Op<'list'>));
  }
}

/** `tier‹label acme.io/tier: string gold|silver = gold›`. */
function attribute({ name, source, type, members, default: fallback }: IrAttribute): string {
  const { from, ...rest } = source;
  const selector = source.from === 'sets' ? source.selector : undefined;
  const place =
    source.from === 'sets'
      ? selector === undefined
        ? 'declared elsewhere'
        : JSON.stringify(selector)
      : Object.values(rest).flat().join('/');
  const words = members === undefined ? '' : ` ${members.join('|')}`;
  const given = fallback === undefined ? '' : ` = ${JSON.stringify(fallback)}`;
  return `${name}‹${from} ${place}: ${type}${words}${given}›`;
}
