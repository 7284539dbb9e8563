import { formatInstant, parseInstant, plus } from '../../../base/instant.ts';
import { compareText, type Json } from '../../../base/json.ts';
import type { IrExpr, IrSource, IrType } from '../../../ir/expr.ts';
import { operandsOf } from '../../../ir/operands.ts';
import type { TestAttribute, TestCase, TestPlan } from '../../../ir/test-plan.ts';
import { formatIp, maskedCidr, parseCidr } from '../../../kube/ip.ts';
import { clusterConditions, clusterSetLabel } from '../../../kube/ocm/cluster.ts';
import {
  addQuantities,
  formatQuantity,
  parseQuantity,
  quantityOf,
  subtractQuantities,
} from '../../../kube/quantity.ts';
import { parseVersion } from '../../../kube/version.ts';
import type { Model } from '../world.ts';

/** One thing a drawn cluster may have, and what it may be. */
export interface Facet {
  readonly source: IrSource;
  /** The attribute, or the member of a cluster that holds it by key. */
  readonly name: string;
  readonly type: IrType;
  /** Texts as they stand in labels and claims; the simplest first. */
  readonly values: readonly string[];
  /** Of an enum. */
  readonly members?: readonly string[];
  readonly isAttribute: boolean;
  readonly mayMiss: boolean;
}

/** Everything drawn clusters are made of. */
export interface Domain {
  readonly facets: readonly Facet[];
  readonly taintKeys: readonly string[];
}

/** What a domain is read from. */
export interface DomainInput {
  readonly model: Model;
  readonly plan: TestPlan;
  readonly test: TestCase;
}

/** The values that matter: members of enums, both sides of every literal, missing where that may be (Rule 58). */
export function domainOf({ model, plan, test }: DomainInput): Domain {
  const literals = new Literals(plan.attributes);
  for (const placement of model.placements.values()) {
    literals.read(placement.where);
    for (const { where } of placement.groups) literals.read(where);
    for (const { key } of placement.tolerations) if (key !== undefined) literals.taints.add(key);
    for (const { by } of placement.prioritizerPolicy?.configurations ?? []) {
      if (by.type === 'Expr') literals.read(by.expr);
      if (by.type === 'AddOn') {
        literals.add({ from: 'score', resource: by.resource, score: by.score }, 'score');
      }
    }
  }
  for (const step of test.steps) {
    if (step.step === 'expect') literals.read(step.expectation.that);
  }
  readSets(model, literals);
  const known = new Set(plan.attributes.map(({ attribute }) => keyOfSource(attribute.source)));
  return {
    facets: [
      ...plan.attributes.map((each) => attributeFacet(each, literals)),
      ...literals.others(known),
      setFacet(model),
    ].filter(({ values }) => values.length > 0),
    taintKeys: [...literals.taints, 'example.com/other'],
  };
}

function attributeFacet({ attribute, presence }: TestAttribute, literals: Literals): Facet {
  const { name, source, type, members } = attribute;
  const found = literals.valuesOf(source);
  const values = members ?? boundaries(type, found);
  // A cluster of a fixture is available unless it says otherwise.
  const always = source.from === 'condition' && source.type === clusterConditions.available;
  return {
    name,
    source,
    type,
    values: [...new Set(values)],
    ...(members && { members }),
    isAttribute: true,
    mayMiss: presence !== 'required' && !always,
  };
}

// The selectors of sets are drawn by their labels, so that members come and go.
function readSets({ sets }: Model, literals: Literals): void {
  for (const membership of sets.values()) {
    if (membership.by !== 'selector') continue;
    for (const { key, values = [] } of membership.requirements) {
      if (key === clusterSetLabel) continue;
      for (const value of [...values]) literals.add({ from: 'label', key }, 'string', value);
    }
  }
}

/** The exclusive set of a cluster is a label. */
function setFacet({ sets }: Model): Facet {
  const values = [...sets].flatMap(([name, membership]) => {
    const isExclusive =
      membership.by === 'selector' &&
      membership.requirements.some(({ key }) => key === clusterSetLabel);
    return isExclusive && name !== 'default' ? [name] : [];
  });
  const source = { from: 'label', key: clusterSetLabel } as const;
  return { source, name: 'labels', type: 'string', values, isAttribute: false, mayMiss: true };
}

interface Found {
  readonly source: IrSource;
  readonly type: IrType;
  readonly name: string;
  readonly values: Set<string>;
}

/** What expressions compare facts with. */
class Literals {
  readonly taints = new Set<string>();
  readonly #found = new Map<string, Found>();
  readonly #attributes: ReadonlyMap<string, TestAttribute>;

  constructor(attributes: readonly TestAttribute[]) {
    this.#attributes = new Map(attributes.map((each) => [each.attribute.name, each]));
  }

  add(source: IrSource, type: IrType, value?: Json): void {
    const key = keyOfSource(source);
    const found = this.#found.get(key) ?? {
      source,
      type,
      name: nameOfSource(source),
      values: new Set<string>(),
    };
    if (value !== undefined) found.values.add(String(value));
    this.#found.set(key, found);
  }

  valuesOf(source: IrSource): readonly string[] {
    return [...(this.#found.get(keyOfSource(source))?.values ?? [])];
  }

  /** Facts that are no attributes of the fleet. */
  others(known: ReadonlySet<string>): readonly Facet[] {
    const drawn: readonly IrSource['from'][] = [
      'label',
      'claim',
      'annotation',
      'condition',
      'addon',
      'score',
    ];
    return [...this.#found]
      .filter(([key, { source }]) => !known.has(key) && canDraw(source, drawn))
      .sort(([a], [b]) => compareText(a, b))
      .map(([, { source, name, type, values }]) => ({
        source,
        name,
        type,
        values: [...new Set(boundaries(type, [...values]))],
        isAttribute: false,
        mayMiss: source.from !== 'condition' || source.type !== clusterConditions.available,
      }));
  }

  read(expr: IrExpr): void {
    switch (expr.op) {
      case 'compare':
        this.#pair(expr.left, expr.right);
        this.#pair(expr.right, expr.left);
        break;
      case 'in':
        this.#list(expr.left, expr.right);
        break;
      case 'call':
        this.#text(expr.args[0], expr.args[1]);
        break;
      case 'attribute':
        this.add(expr.source, expr.type);
        return;
      case 'selector':
        for (const [key, value] of Object.entries(expr.selector.matchLabels ?? {})) {
          this.add({ from: expr.over, key }, 'string', value);
        }
        for (const { key, values = [] } of expr.selector.matchExpressions ?? []) {
          this.add({ from: expr.over, key }, 'string');
          for (const value of values) this.add({ from: expr.over, key }, 'string', value);
        }
        return;
      default:
        break;
    }
    for (const operand of operandsOf(expr)) this.read(operand);
  }

  #pair(fact: IrExpr, literal: IrExpr): void {
    if (literal.op !== 'const' || typeof literal.value === 'object') return;
    const { value } = literal;
    // `t => t.key == "drain"`: a taint by its key.
    if (fact.op === 'member' && fact.name === 'key' && typeof value === 'string') {
      this.taints.add(value);
      return;
    }
    const source = this.#sourceOf(fact);
    if (source !== null) this.add(source.source, source.type, value);
  }

  #list(fact: IrExpr, list: IrExpr): void {
    const source = this.#sourceOf(fact);
    if (source === null || list.op !== 'const') return;
    const range = list.type === 'cidr' ? parseCidr(String(list.value)) : null;
    if (range !== null) this.add(source.source, source.type, formatIp(maskedCidr(range).ip));
    if (!Array.isArray(list.value)) return;
    for (const value of list.value as readonly Json[]) {
      if (typeof value !== 'object') this.add(source.source, source.type, value);
    }
  }

  #text(fact: IrExpr | undefined, part: IrExpr | undefined): void {
    if (fact === undefined || part?.op !== 'const' || typeof part.value !== 'string') return;
    const source = this.#sourceOf(fact);
    if (source !== null) this.add(source.source, source.type, part.value);
  }

  /** The fact an expression reads: of the cluster looked at, or of a cluster of the test. */
  #sourceOf(expr: IrExpr): { readonly source: IrSource; readonly type: IrType } | null {
    if (expr.op === 'attribute') return { source: expr.source, type: expr.type };
    if (expr.op === 'coalesce') return this.#sourceOf(expr.left);
    if (expr.op === 'member') {
      const attribute = this.#attributes.get(expr.name)?.attribute;
      return attribute === undefined ? null : attribute;
    }
    if (expr.op !== 'index' || expr.of.op !== 'member' || expr.at.op !== 'const') return null;
    const key = expr.at.value;
    const from = mapsOfText.get(expr.of.name);
    return from === undefined || typeof key !== 'string'
      ? null
      : { source: { from, key }, type: 'string' };
  }
}

const mapsOfText = new Map<string, 'label' | 'claim' | 'annotation'>([
  ['labels', 'label'],
  ['claims', 'claim'],
  ['annotations', 'annotation'],
]);

function canDraw(source: IrSource, drawn: readonly IrSource['from'][]): boolean {
  if (drawn.includes(source.from)) return true;
  const amount = source.from === 'field' ? source.path[1] : undefined;
  return amount === 'allocatable' || amount === 'capacity';
}

/** What tells facts apart. */
export function keyOfSource(source: IrSource): string {
  return JSON.stringify(source);
}

function nameOfSource(source: IrSource): string {
  switch (source.from) {
    case 'label':
    case 'claim':
    case 'annotation':
      return `${source.from}s`;
    case 'condition':
      return 'conditions';
    case 'addon':
      return 'addons';
    case 'score':
      return 'scores';
    case 'field':
      return source.path[1] ?? '';
    default:
      return source.from;
  }
}

/** Values at, just below and just above each literal; without one, some that are usual. */
function boundaries(type: IrType, literals: readonly string[]): readonly string[] {
  switch (type) {
    case 'bool':
    case 'condition':
      return ['true', 'false'];
    case 'int':
    case 'score':
      return near(literals.length === 0 ? ['0', '1'] : literals, type === 'score' ? 100n : null);
    case 'float':
      return literals.length === 0 ? ['0', '1.5'] : literals.flatMap((text) => [text, `-${text}`]);
    case 'percent':
      return ['0%', '50%', '100%', ...literals];
    case 'quantity':
      return literals.length === 0 ? ['1', '1Gi'] : literals.flatMap(quantitiesNear);
    case 'version':
      return literals.length === 0 ? ['v1.30.0', 'v1.31.2'] : literals.flatMap(versionsNear);
    case 'duration':
      return literals.length === 0 ? ['1m', '1h'] : literals;
    case 'string':
    case 'json':
      return [...literals, ...literals.map((text) => `${text}x`), 'a', 'b'];
    case 'time':
      return ['2026-01-01T00:00:00Z', '2025-12-31T00:00:00Z', ...literals.flatMap(timesNear)];
    case 'cidr':
      return ['10.0.0.0/8', ...literals];
  }
}

function timesNear(text: string): readonly string[] {
  const at = parseInstant(text);
  return at === null ? [] : [0, -1000, 1000].map((later) => formatInstant(plus(at, later)));
}

function near(literals: readonly string[], most: bigint | null): readonly string[] {
  return literals.flatMap((text) => {
    if (!/^-?\d{1,18}$/.test(text)) return [];
    const at = BigInt(text);
    const inRange = (n: bigint) => most === null || (n <= most && n >= -most);
    return [at, at - 1n, at + 1n].filter(inRange).map(String);
  });
}

function quantitiesNear(text: string): readonly string[] {
  const at = parseQuantity(text);
  if (at === null) return [];
  const one = quantityOf(1n);
  const below = formatQuantity(subtractQuantities(at, one));
  return [text, below.startsWith('-') ? '0' : below, formatQuantity(addQuantities(at, one))];
}

function versionsNear(text: string): readonly string[] {
  const version = parseVersion(text);
  if (version === null) return [];
  const { major, minor, patch } = version;
  const of = (a: number | bigint, b: number | bigint, c: number | bigint) => `v${a}.${b}.${c}`;
  const below = minor > 0 ? [of(major, Number(minor) - 1, 9)] : [];
  return [of(major, minor, patch), ...below, of(major, Number(minor) + 1, 0)];
}
