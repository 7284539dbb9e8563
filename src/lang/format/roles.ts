import type { Span } from '../../base/span.ts';
import type { DeclNode } from '../syntax/ast.ts';

/** What the tree says about tokens, by their offset in the file. The tree has no brackets and commas of its own. */
export interface Roles {
  /** Brackets that may be spread over lines. */
  readonly brackets: Map<number, 'items' | 'list' | 'fields'>;
  /** First tokens of items and declarations. */
  readonly starts: Map<number, string>;
  /** Operators between two operands. */
  readonly operators: Map<number, string>;
  /** Second names of `for a, b in`: the comma before them separates nothing. */
  readonly secondNames: Set<number>;
  /** Where notes end: what follows one may stand on the next line. */
  readonly noteEnds: Set<number>;
}

export function noRoles(): Roles {
  return {
    brackets: new Map(),
    starts: new Map(),
    operators: new Map(),
    secondNames: new Set(),
    noteEnds: new Set(),
  };
}

/** Adds the roles of a declaration; `shift` is what its spans count from. */
export function addRoles(roles: Roles, decl: DeclNode, shift: number): void {
  roles.starts.set(decl.span.start + shift, decl.kind);
  visit(decl, (node) => addNode(roles, node, shift));
}

/** A node, whatever it is; only what is looked at here has a name. */
interface Seen {
  readonly kind: string;
  readonly span: Span;
  readonly [key: string]: unknown;
}

function addNode(roles: Roles, node: Seen, shift: number): void {
  const at = node.span.start + shift;
  switch (node.kind) {
    case 'body':
      roles.brackets.set(at, 'items');
      for (const { span, kind } of nodesOf(node['items'])) {
        roles.starts.set(span.start + shift, kind);
      }
      break;
    case 'fleet':
      for (const { span, kind } of nodesOf(node['attributes'])) {
        roles.starts.set(span.start + shift, kind);
      }
      break;
    case 'list':
      roles.brackets.set(at, 'list');
      break;
    case 'typeRecord':
      roles.brackets.set(at, 'fields');
      for (const { span, kind } of nodesOf(node['fields'])) {
        roles.starts.set(span.start + shift, kind);
      }
      break;
    case 'binary':
      roles.operators.set((node['at'] as Span).start + shift, node['op'] as string);
      break;
    case 'forHead': {
      const [, second] = nodesOf(node['names']);
      if (second !== undefined) roles.secondNames.add(second.span.start + shift);
      break;
    }
    case 'note':
      roles.noteEnds.add(node.span.end + shift);
      break;
  }
}

function nodesOf(value: unknown): readonly Seen[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Seen {
  return typeof value === 'object' && value !== null && 'kind' in value;
}

/** Every node of a tree, parents first. Trees are bounded (`limits.depth`). */
function visit(node: Seen | DeclNode, see: (node: Seen) => void): void {
  see(node as Seen);
  for (const key in node) {
    const value = (node as Seen)[key];
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const each of value) if (isNode(each)) visit(each, see);
    } else if (isNode(value)) visit(value, see);
  }
}
