import type { IrAttribute } from '../../expr.ts';

/** A CEL text, and whether a `||` stands in it outside of parentheses. */
export interface CelText {
  readonly text: string;
  readonly loose: boolean;
}

/** A condition on the value of a fact, given the CEL text of that value. */
export type OnValue = (value: string) => string;

/** Cannot be said in upstream's CEL, and why. */
export interface Unsayable {
  readonly unsayable: string;
}

/** A CEL string literal. */
export function celString(value: string): string {
  return JSON.stringify(value.toWellFormed());
}

const map = { label: 'labels', annotation: 'annotations' } as const;
const claims = 'managedCluster.status.?clusterClaims.orValue([])';
const conditions = 'managedCluster.status.conditions';
/** The taints of a cluster, as a list in any case. */
export const celTaints = 'managedCluster.spec.?taints.orValue([])';

/** A condition on the value of an attribute; an error in CEL, hence no match, where the fact is missing. */
export function onAttribute(attribute: IrAttribute, holds: OnValue): CelText | Unsayable {
  const { source } = attribute;
  switch (source.from) {
    case 'label':
    case 'annotation':
      return tight(holds(mapAccess(map[source.from], source.key, attribute.default)));
    case 'claim':
      return onClaim(source.key, attribute.default, holds);
    case 'field':
      return tight(holds(fieldAccess(source.path, attribute.default)));
    case 'score': {
      if (attribute.default !== undefined) return { unsayable: 'a score with a default' };
      const scores = `managedCluster.scores(${celString(source.resource)})`;
      return tight(
        `${scores}.exists(s, s.name == ${celString(source.score)} && ${holds('s.value')})`,
      );
    }
    case 'condition':
      return { unsayable: 'a comparison of a condition' };
    case 'addon':
      return { unsayable: 'the state of an add-on' };
    case 'sets':
      return { unsayable: 'the cluster sets of a cluster' };
    case 'taints':
      return { unsayable: 'a comparison of taints' };
  }
}

/** Is there a value? */
export function hasValue({ source }: IrAttribute, negated: boolean): CelText | Unsayable {
  const not = negated ? '!' : '';
  switch (source.from) {
    case 'label':
    case 'annotation': {
      const facts = `managedCluster.metadata.?${map[source.from]}[?${celString(source.key)}]`;
      return tight(`${not}${facts}.hasValue()`);
    }
    case 'claim':
      return tight(`${not}${claims}.exists(c, c.name == ${celString(source.key)})`);
    case 'field':
      return tight(`${not}${optionalPath(source.path)}.hasValue()`);
    case 'condition':
      return ofCondition(source.type, 'c.status in ["True", "False"]', negated);
    case 'score': {
      // Without the AddOnPlacementScore `scores` is an error, which no negation makes true.
      if (negated) return { unsayable: 'the absence of a score' };
      const scores = `managedCluster.scores(${celString(source.resource)})`;
      return tight(`${scores}.exists(s, s.name == ${celString(source.score)})`);
    }
    default:
      return { unsayable: `the presence of ${source.from}` };
  }
}

/** Is a condition of a cluster True (or, negated, False)? A default stands for absent and Unknown. */
export function onCondition(
  type: string,
  negated: boolean,
  byDefault: boolean | undefined,
): CelText {
  const wanted = negated ? 'False' : 'True';
  const other = negated ? 'True' : 'False';
  if (byDefault === !negated) return ofCondition(type, `c.status == "${other}"`, true);
  return ofCondition(type, `c.status == "${wanted}"`, false);
}

function ofCondition(type: string, status: string, negated: boolean): CelText {
  const exists = `${conditions}.exists(c, c.type == ${celString(type)} && ${status})`;
  // Upstream's typed object has null where there are no conditions.
  return negated ? { text: `${conditions} == null || !${exists}`, loose: true } : tight(exists);
}

function onClaim(key: string, byDefault: unknown, holds: OnValue): CelText {
  const named = `c.name == ${celString(key)}`;
  if (byDefault === undefined) {
    return tight(`managedCluster.status.clusterClaims.exists(c, ${named} && ${holds('c.value')})`);
  }
  const present = `${claims}.exists(c, ${named} && ${holds('c.value')})`;
  const absent = `!${claims}.exists(c, ${named}) && ${holds(celString(textOf(byDefault)))}`;
  return { text: `${present} || ${absent}`, loose: true };
}

function mapAccess(of: string, key: string, byDefault: unknown): string {
  if (byDefault === undefined) return `managedCluster.metadata.${of}[${celString(key)}]`;
  const value = celString(textOf(byDefault));
  return `managedCluster.metadata.?${of}[?${celString(key)}].orValue(${value})`;
}

function fieldAccess(path: readonly string[], byDefault: unknown): string {
  if (byDefault === undefined) return `managedCluster${path.map(step).join('')}`;
  return `${optionalPath(path)}.orValue(${JSON.stringify(byDefault)})`;
}

/** The map a field lies in, and its key: what a guard looks at. */
export function guardOf(path: readonly string[]): string {
  const last = path.at(-1) ?? '';
  return `${celString(last)} in managedCluster${path.slice(0, -1).map(step).join('')}`;
}

const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
const index = /^\d{1,9}$/;

// A map of quantities is read by key, as upstream's examples do; what is named in the API is a field.
function step(name: string, at: number, path: readonly string[]): string {
  if (index.test(name)) return `[${name}]`;
  const inMap = at > 0 && ['allocatable', 'capacity'].includes(path[at - 1] ?? '');
  return identifier.test(name) && !inMap ? `.${name}` : `[${celString(name)}]`;
}

function optionalPath(path: readonly string[]): string {
  const steps = path.map((name) => {
    if (index.test(name)) return `[?${name}]`;
    return identifier.test(name) ? `.?${name}` : `[?${celString(name)}]`;
  });
  return `managedCluster${steps.join('')}`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A text without `||` outside of parentheses. */
export function tight(text: string): CelText {
  return { text, loose: false };
}
