import type { IrAttribute, IrExpr } from '../../ir/expr.ts';
import { isName, stringText } from './text.ts';

/** A condition over the facts of a cluster, as the language writes it: those `condition.ts` and `cel.ts` make. */
export function expressionText(expr: IrExpr): string {
  switch (expr.op) {
    case 'const':
      return constantText(expr);
    case 'attribute':
      return attributeText(expr);
    case 'has':
      return `has(${expressionText(expr.arg)})`;
    case 'not':
      return expr.arg.op === 'in'
        ? `${expressionText(expr.arg.left)} not in ${expressionText(expr.arg.right)}`
        : `!${expressionText(expr.arg)}`;
    case 'compare':
      return `${expressionText(expr.left)} ${expr.by} ${expressionText(expr.right)}`;
    case 'in':
      return `${expressionText(expr.left)} in ${expressionText(expr.right)}`;
    case 'and':
    case 'or': {
      const operator = expr.op === 'and' ? ' && ' : ' || ';
      return expr.args
        .map((arg) => (arg.op === 'or' ? `(${expressionText(arg)})` : expressionText(arg)))
        .join(operator);
    }
    case 'call': {
      const [of, ...args] = expr.args;
      const receiver = of === undefined ? '' : `${expressionText(of)}.`;
      return `${receiver}${expr.function}(${args.map(expressionText).join(', ')})`;
    }
    case 'lambda':
      return `${expr.variable} => ${expressionText(expr.body)}`;
    case 'member':
      return `${expressionText(expr.of)}.${expr.name}`;
    case 'variable':
      return expr.name;
    default:
      return 'false';
  }
}

function constantText({ type, value }: Extract<IrExpr, { readonly op: 'const' }>): string {
  if (Array.isArray(value)) return `[${value.map((item) => stringText(String(item))).join(', ')}]`;
  if (typeof value === 'string' && (type === 'string' || type === 'json')) return stringText(value);
  return String(value);
}

function attributeText({ source }: IrAttribute): string {
  switch (source.from) {
    case 'label':
      return `cluster.labels[${stringText(source.key)}]`;
    case 'claim':
      return `cluster.claims[${stringText(source.key)}]`;
    case 'annotation':
      return `cluster.annotations[${stringText(source.key)}]`;
    case 'condition':
      return `cluster.conditions[${stringText(source.type)}]`;
    case 'addon':
      return `cluster.addons[${stringText(source.name)}]`;
    case 'score':
      return `cluster.scores[${stringText(`${source.resource}/${source.score}`)}]`;
    case 'field':
      return fieldText(source.path);
    case 'taints':
    case 'sets':
      return `cluster.${source.from}`;
  }
}

function fieldText(path: readonly string[]): string {
  const [first, map = '', key = ''] = path;
  if (first === 'metadata') return map === 'name' ? 'cluster.name' : 'cluster.created';
  return isName(key) ? `cluster.${map}.${key}` : `cluster.${map}[${stringText(key)}]`;
}
