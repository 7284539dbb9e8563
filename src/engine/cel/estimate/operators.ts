import type { CallEstimate, EstimatedCall } from './call.ts';
import { either, exactly, patternCost, sum, times, walk } from './size.ts';

/**
 * The most a call of a standard function may cost together with its arguments, whose costs are given (cel-go
 * `checker/cost.go`, `functionCost`).
 */
export function estimateOperator(call: EstimatedCall, argCosts: readonly number[]): CallEstimate {
  const { id } = call.overload;
  const [first = 0, second = 0, third = 0] = argCosts;
  if (id === 'logical_or' || id === 'logical_and') return { cost: first + second };
  if (id === 'conditional') {
    const [, yes, no] = call.args;
    const cost = first + Math.max(second, third);
    return yes && no ? { cost, size: either(yes.size, no.size) } : { cost };
  }
  const { cost, ...rest } = ofTexts(call) ?? { cost: 1 };
  return { ...rest, cost: cost + argCosts.reduce((all, each) => all + each, 0) };
}

/** Of what walks texts and lists; null for what takes the same time whatever it is given. */
function ofTexts({ name, overload, target, args: [a, b] }: EstimatedCall): CallEstimate | null {
  const { id } = overload;
  if (name === 'format') return target && { cost: walk(target.size) };
  if (a === undefined) return null;
  switch (id) {
    case 'string_to_bytes':
      return { cost: walk(a.size), size: { min: a.size.min, max: a.size.max * 4 } };
    case 'bytes_to_string':
      return { cost: walk(a.size), size: { min: Math.floor(a.size.min / 4), max: a.size.max } };
    case 'strings_quote':
      return {
        cost: walk(a.size),
        size: { min: a.size.min + 2, max: a.size.max * 2 + 2 },
      };
    case 'starts_with_string':
    case 'ends_with_string':
      return { cost: walk(a.size) };
    case 'in_list':
      return b ? { cost: b.size.max } : null;
    case 'matches_string':
      return target && { cost: times(walk(sum(target.size, exactly(1))), patternCost(a.size)) };
    case 'contains_string':
      return target && { cost: times(walk(target.size), walk(a.size)) };
  }
  if (b === undefined) return null;
  if (/^add_(?:string|bytes|list)/.test(id)) {
    const size = sum(a.size, b.size);
    return { cost: id.startsWith('add_list') ? 1 : walk(size), size };
  }
  if (id === 'equals' || id === 'not_equals' || comparesTexts.test(id)) {
    return { cost: walk(exactly(Math.min(a.size.max, b.size.max))) };
  }
  return null;
}

const comparesTexts = /^(?:less|greater)(?:_equals)? (?:string|bytes),/;
