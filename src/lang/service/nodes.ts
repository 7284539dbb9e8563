import type { Span } from '../../base/span.ts';
import type { AnyNode } from '../syntax/ast.ts';

/** The nodes right below a node, in the order of the text. */
export function childrenOf(node: AnyNode): readonly AnyNode[] {
  const found: AnyNode[] = [];
  for (const value of Object.values(node) as readonly unknown[]) collect(value, found);
  return found.sort((a, b) => a.span.start - b.span.start);
}

function collect(value: unknown, into: AnyNode[]): void {
  if (Array.isArray(value)) for (const each of value as readonly unknown[]) collect(each, into);
  else if (isNode(value)) into.push(value);
  else if (isPair(value)) for (const each of Object.values(value)) collect(each, into);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'kind' in value && 'span' in value;
}

/** `from label "x"` of an attribute is two nodes in a plain object. */
function isPair(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && 'source' in value && 'key' in value;
}

/** Whether an offset is in a span or right after it. */
export function touches({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

/** The nodes around an offset, from the outermost; empty where no declaration is there. */
export function pathTo(roots: readonly AnyNode[], offset: number): readonly AnyNode[] {
  const path: AnyNode[] = [];
  for (let level = roots; ; ) {
    // what starts at the offset is meant rather than what ends there
    const next = level.findLast(({ span }) => touches(span, offset));
    if (next === undefined) return path;
    path.push(next);
    level = childrenOf(next);
  }
}
