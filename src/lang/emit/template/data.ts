import type { IrExpr, IrItem, IrRecordItem } from '../../../ir/expr.ts';
import { assign, branch, combine, type Draft, declare, loop, type Maybe, sure } from './draft.ts';
import { call, type GoExpr, text } from './go.ts';
import { bind } from './quantifiers.ts';

type Loop = Extract<IrItem, { item: 'for' }> | Extract<IrRecordItem, { item: 'for' }>;

/** A list: in one expression where its elements are all there, else one by one. */
export function listValue({ items }: Extract<IrExpr, { op: 'list' }>, draft: Draft): Maybe {
  const { need, maybe } = draft.compile;
  if (items.every((item) => item.item === 'value')) {
    const parts = items.map((item) => maybe(item.item === 'value' ? item.value : nothing, draft));
    return combine(parts, call('list', ...parts.map(({ value }) => value)));
  }
  const list = declare(call('list'), draft);
  const addAll = (of: readonly IrItem[], to: Draft): void => {
    for (const each of of) add(each, to);
  };
  const add = (item: IrItem, to: Draft): void => {
    switch (item.item) {
      case 'value':
        assign(list, call('append', list, need(item.value, to)), to);
        return;
      case 'spread':
        assign(list, call('concat', list, need(item.of, to)), to);
        return;
      case 'for':
        over(item, (inside) => addAll(item.items, inside), to);
        return;
      case 'if':
        branch(
          to.compile.holds(item.test, to),
          (inside) => addAll(item.yes, inside),
          (inside) => addAll(item.no, inside),
          to,
        );
    }
  };
  addAll(items, draft);
  return sure(list);
}

const nothing: IrExpr = { op: 'const', type: 'json', value: null };

/** A record; a later field wins. */
export function recordValue({ items }: Extract<IrExpr, { op: 'record' }>, draft: Draft): Maybe {
  const { need, maybe } = draft.compile;
  if (items.every((item) => item.item === 'field')) {
    const parts = items.map((item) => maybe(item.item === 'field' ? item.value : nothing, draft));
    const fields = items.flatMap((item, index): readonly GoExpr[] => {
      const value = parts[index]?.value;
      return item.item === 'field' && value !== undefined ? [text(item.key), value] : [];
    });
    return combine(parts, call('dict', ...fields));
  }
  const record = declare(call('dict'), draft);
  const put = (key: GoExpr, value: GoExpr, to: Draft): void => {
    declare(call('set', record, key, value), to);
  };
  const addAll = (of: readonly IrRecordItem[], to: Draft): void => {
    for (const each of of) add(each, to);
  };
  const add = (item: IrRecordItem, to: Draft): void => {
    switch (item.item) {
      case 'field':
        put(text(item.key), need(item.value, to), to);
        return;
      case 'spread':
        loop(need(item.of, to), { key: true }, (value, key, inside) => put(key, value, inside), to);
        return;
      case 'for':
        over(item, (inside) => addAll(item.items, inside), to);
        return;
      case 'if':
        branch(
          to.compile.holds(item.test, to),
          (inside) => addAll(item.yes, inside),
          (inside) => addAll(item.no, inside),
          to,
        );
    }
  };
  addAll(items, draft);
  return sure(record);
}

/** Runs something for each turn of a loop that its filter lets through. */
export function over(
  { variables, over: list, test }: Pick<Loop, 'variables' | 'over' | 'test'>,
  body: (inside: Draft) => void,
  draft: Draft,
): void {
  const items = draft.compile.need(list, draft);
  const [first, second] = variables;
  loop(
    items,
    { key: second !== undefined },
    (item, key, each) => {
      const inside =
        second === undefined
          ? bind(each, first ?? '', item, list)
          : bind(bind(each, first ?? '', key, list), second, item, list);
      if (test === null) body(inside);
      else branch(inside.compile.holds(test, inside), body, null, inside);
    },
    draft,
  );
}
