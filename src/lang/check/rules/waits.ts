import { templateKinds } from '../../../ir/template-kinds.ts';
import { policyKind } from '../../../kube/ocm/policy.ts';
import { problem } from '../../diagnostics.ts';
import { secondary } from '../../place.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { blockOf, boolOf, fieldsOf, listOf } from '../known.ts';
import type { Session } from '../session.ts';
import type { Typed } from '../typed.ts';
import { isObjectTemplate, type Policy } from './policies.ts';
import { keySpan, type ProgramRule, reportOn } from './rule.ts';

/** OCM4026: policies and templates that wait for each other in a circle, so that none is ever looked at (`after`). */
export const waits: ProgramRule = ({ blocks }, session) => {
  const nodes = stuck(blocksOf(blocks, 'policy').filter(isOn).flatMap(nodesOf));
  const said = new Set<Node>();
  // It is said where a wait is written; a template may wait by its policy alone.
  const inOrder = [...nodes.values()].sort((a, b) => Number(hasAfter(b)) - Number(hasAfter(a)));
  for (const node of inOrder) {
    if (said.has(node)) continue;
    const circle = circleFrom(node, nodes);
    if (circle.length > 0 && !circle.some((each) => said.has(each))) report(circle, session);
    for (const each of circle) said.add(each);
  }
};

function hasAfter({ after }: Node): boolean {
  return after.length > 0;
}

function report(circle: readonly Node[], session: Session): void {
  const [first, ...others] = circle;
  if (first === undefined) return;
  const at = others
    .filter(hasAfter)
    .map(({ block }) =>
      secondary(block.shaped.place, keySpan(block, 'after'), 'this waits in turn'),
    );
  const way = [...circle, first].map(({ name }) => `\`${name}\``).join(' → ');
  const help = [`each waits for the next, and none is ever looked at: ${way}`];
  const { block, name } = first;
  const found = problem('OCM4026', keySpan(block, 'after'), { name }, { help, secondary: at });
  reportOn(block, found, session);
}

function isOn({ values }: Policy): boolean {
  return boolOf(values.disabled) !== true;
}

/** A policy, or a template of one, and the keys of what its verdict depends on. */
interface Node {
  readonly key: string;
  readonly name: string;
  readonly block: Checked;
  /** What it waits for itself. */
  readonly after: readonly string[];
  readonly needs: readonly string[];
}

function nodesOf(policy: Policy): readonly Node[] {
  const after = awaited(policy.values.after, policy);
  const templates = templatesOf(policy);
  const counted = templates.filter(({ isOptional }) => !isOptional);
  const own: Node = {
    key: keyOf(policyKind.kind, policy.namespace, policy.name),
    name: policy.name,
    block: policy,
    after,
    needs: [...after, ...counted.map(({ node }) => node.key)],
  };
  return [own, ...templates.map(({ node }) => ({ ...node, needs: [...node.after, ...after] }))];
}

interface Template {
  readonly node: Omit<Node, 'needs'>;
  /** Whether the policy does not wait for it (`ignorePending`). */
  readonly isOptional: boolean;
}

/** The templates of a policy with a kind others can wait for. Objects of its own are one, which has its name. */
function templatesOf(policy: Policy): readonly Template[] {
  const { name } = policy;
  const key = keyOf(templateKinds.config, '', name);
  const implicit = { node: { key, name, block: policy, after: [] }, isOptional: false };
  const others = policy.children.flatMap((block): readonly Template[] => {
    const kind = kindOf(block);
    if (kind === null || block.name === '') return [];
    const written = keyOrNote(block, 'after');
    const after = awaited(written, policy);
    const isOptional = boolOf(keyOrNote(block, 'ignorePending')) === true;
    return [
      { node: { key: keyOf(kind, '', block.name), name: block.name, block, after }, isOptional },
    ];
  });
  return policy.children.some(isObjectTemplate) ? [implicit, ...others] : others;
}

function kindOf(block: Checked): string | null {
  const { construct, kind } = block;
  if (construct === 'template') return kind?.kind ?? null;
  return Object.hasOwn(templateKinds, construct)
    ? templateKinds[construct as keyof typeof templateKinds]
    : null;
}

/** A key of a template, or the note that stands for it. */
function keyOrNote({ values, noted }: Checked, key: 'after' | 'ignorePending'): Typed | null {
  return (values as Readonly<Record<string, Typed | null>>)[key] ?? noted.values.get(key) ?? null;
}

/** What has to have a verdict first; what is to be pending may wait. */
function awaited(typed: Typed | null, { namespace }: Policy): readonly string[] {
  return (listOf(typed) ?? []).flatMap((value): readonly string[] => {
    const policy = blockOf(value);
    if (policy !== undefined) return [keyOf(policyKind.kind, policy.namespace, policy.objectName)];
    const fields = fieldsOf(value);
    const [kind, name] = [...(fields ?? [])].find(([key]) => !others.has(key)) ?? [];
    if (kind === undefined || typeof name !== 'string' || fields?.get('is') === 'Pending')
      return [];
    const there = fields?.get('namespace');
    const isPolicy = kind === policyKind.kind;
    return [keyOf(kind, isPolicy ? (typeof there === 'string' ? there : namespace) : '', name)];
  });
}

const others: ReadonlySet<string> = new Set(['is', 'namespace']);

function keyOf(kind: string, namespace: string, name: string): string {
  return `${kind}/${namespace}/${name}`;
}

/** What is left when everything is taken out that can be looked at in some order: circles, and what waits for them. */
function stuck(all: readonly Node[]): ReadonlyMap<string, Node> {
  const left = new Map<string, Node>();
  for (const node of all) if (!left.has(node.key)) left.set(node.key, node);
  const waiting = new Map<string, Node[]>();
  const open = new Map<Node, number>();
  for (const node of left.values()) {
    const needs = node.needs.filter((key) => left.has(key));
    open.set(node, needs.length);
    for (const key of needs) {
      const those = waiting.get(key);
      if (those === undefined) waiting.set(key, [node]);
      else those.push(node);
    }
  }
  const ready = [...left.values()].filter((node) => open.get(node) === 0);
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    left.delete(node.key);
    for (const next of waiting.get(node.key) ?? []) {
      const rest = (open.get(next) ?? 0) - 1;
      open.set(next, rest);
      if (rest === 0) ready.push(next);
    }
  }
  return left;
}

/** The shortest way from a node back to itself; empty where there is none. */
function circleFrom(start: Node, nodes: ReadonlyMap<string, Node>): readonly Node[] {
  const cameFrom = new Map<Node, Node | null>([[start, null]]);
  for (const node of cameFrom.keys()) {
    for (const key of node.needs) {
      const next = nodes.get(key);
      if (next === start) return wayTo(node, cameFrom);
      if (next !== undefined && !cameFrom.has(next)) cameFrom.set(next, node);
    }
  }
  return [];
}

function wayTo(end: Node, cameFrom: ReadonlyMap<Node, Node | null>): readonly Node[] {
  const way: Node[] = [];
  for (let node: Node | null = end; node !== null; node = cameFrom.get(node) ?? null) {
    way.unshift(node);
  }
  return way;
}
