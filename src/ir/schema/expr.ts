import type {
  IrArithmetic,
  IrAttribute,
  IrComparison,
  IrExpr,
  IrItem,
  IrRecordItem,
  IrSource,
  IrType,
} from '../expr.ts';
import { json, labelSelector, origin } from './base.ts';
import {
  list,
  literal,
  named,
  nullable,
  object,
  optional,
  type Schema,
  tagged,
  text,
  words,
} from './describe.ts';

type Op<O extends IrExpr['op']> = Extract<IrExpr, { readonly op: O }>;
type From<F extends IrSource['from']> = Extract<IrSource, { readonly from: F }>;

const type = named<IrType>('IrType', () =>
  words(
    'bool',
    'int',
    'float',
    'string',
    'quantity',
    'duration',
    'percent',
    'version',
    'time',
    'cidr',
    'score',
    'condition',
    'json',
  ),
);

const source: Schema<IrSource> = tagged({ name: 'IrSource', by: 'from' }, () => [
  object<From<'label' | 'claim' | 'annotation'>>({
    from: words('label', 'claim', 'annotation'),
    key: text,
  }),
  object<From<'condition'>>({ from: literal('condition'), type: text }),
  object<From<'score'>>({ from: literal('score'), resource: text, score: text }),
  object<From<'addon'>>({ from: literal('addon'), name: text }),
  object<From<'field'>>({ from: literal('field'), path: list(text) }),
  object<From<'sets'>>({ from: literal('sets'), selector: optional(nullable(labelSelector)) }),
  object<From<'taints'>>({ from: literal('taints') }),
]);

const attribute = object<IrAttribute>({
  op: literal('attribute'),
  name: text,
  source,
  type,
  members: optional(list(text)),
  default: optional(json),
  origin: optional(origin),
});

const comparison: Schema<IrComparison> = words('==', '!=', '<', '<=', '>', '>=');
const arithmetic: Schema<IrArithmetic> = words('+', '-', '*', '/');

/** An expression, evaluated per cluster or per object. */
export const expr: Schema<IrExpr> = tagged({ name: 'IrExpr', by: 'op' }, () => [
  object<Op<'const'>>({ op: literal('const'), type, value: json }),
  attribute,
  object<Op<'and' | 'or'>>({
    op: words('and', 'or'),
    args: list(expr),
    origin: optional(origin),
  }),
  object<Op<'not'>>({ op: literal('not'), arg: expr, origin: optional(origin) }),
  object<Op<'compare'>>({
    op: literal('compare'),
    by: comparison,
    left: expr,
    right: expr,
    origin: optional(origin),
  }),
  object<Op<'in'>>({ op: literal('in'), left: expr, right: expr, origin: optional(origin) }),
  object<Op<'has'>>({ op: literal('has'), arg: expr, origin: optional(origin) }),
  object<Op<'arithmetic'>>({
    op: literal('arithmetic'),
    by: arithmetic,
    left: expr,
    right: expr,
  }),
  object<Op<'negate'>>({ op: literal('negate'), arg: expr }),
  object<Op<'coalesce'>>({ op: literal('coalesce'), left: expr, right: expr }),
  object<Op<'if'>>({ op: literal('if'), test: expr, yes: expr, no: expr }),
  object<Op<'member'>>({ op: literal('member'), of: expr, name: text }),
  object<Op<'index'>>({ op: literal('index'), of: expr, at: expr }),
  object<Op<'call'>>({
    op: literal('call'),
    function: text,
    args: list(expr),
    origin: optional(origin),
  }),
  object<Op<'lambda'>>({ op: literal('lambda'), variable: text, body: expr }),
  object<Op<'variable'>>({ op: literal('variable'), name: text }),
  object<Op<'format'>>({ op: literal('format'), parts: list(expr) }),
  object<Op<'list'>>({ op: literal('list'), items: list(item) }),
  object<Op<'record'>>({ op: literal('record'), items: list(recordItem) }),
  object<Op<'cel'>>({ op: literal('cel'), source: text, origin: optional(origin) }),
  object<Op<'selector'>>({
    op: literal('selector'),
    over: words('label', 'claim'),
    selector: labelSelector,
    origin: optional(origin),
  }),
]);

type Item<I extends IrItem['item']> = Extract<IrItem, { readonly item: I }>;
type RecordItem<I extends IrRecordItem['item']> = Extract<IrRecordItem, { readonly item: I }>;

const item: Schema<IrItem> = tagged({ name: 'IrItem', by: 'item' }, () => [
  object<Item<'value'>>({ item: literal('value'), value: expr }),
  object<Item<'spread'>>({ item: literal('spread'), of: expr }),
  object<Item<'for'>>({
    item: literal('for'),
    variables: list(text),
    over: expr,
    test: nullable(expr),
    items: list(item),
  }),
  object<Item<'if'>>({ item: literal('if'), test: expr, yes: list(item), no: list(item) }),
]);

const recordItem: Schema<IrRecordItem> = tagged({ name: 'IrRecordItem', by: 'item' }, () => [
  object<RecordItem<'field'>>({ item: literal('field'), key: text, value: expr }),
  object<RecordItem<'spread'>>({ item: literal('spread'), of: expr }),
  object<RecordItem<'for'>>({
    item: literal('for'),
    variables: list(text),
    over: expr,
    test: nullable(expr),
    items: list(recordItem),
  }),
  object<RecordItem<'if'>>({
    item: literal('if'),
    test: expr,
    yes: list(recordItem),
    no: list(recordItem),
  }),
]);
