import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { placementAnnotations } from '../../ir/guard.ts';
import { lowerDecl } from '../../ir/lower/lower.ts';
import type {
  IrPlacement,
  IrPrioritizer,
  IrPrioritizerPolicy,
  IrSpread,
  IrToleration,
} from '../../ir/program.ts';
import { taintKeys } from '../schema/types.ts';
import { setText } from './clusterset.ts';
import { conditionOf, groupConditionOf } from './condition.ts';
import { keyOfConstruct, type PrintContext } from './context.ts';
import { durationText, secondsText } from './duration.ts';
import { metaEntries } from './meta.ts';
import { nameText, stringText } from './text.ts';
import { type Entry, entry, list, record, type Source, type Value, within } from './tree.ts';

const style = { templates: false };

/** A Placement; what no key says exactly stays in `raw`. */
export function printPlacement(decl: IrPlacement, context: PrintContext): Entry {
  const source = context.sourceOf(keyOfConstruct('Placement', decl.namespace, decl.name));
  const spec = within(source, 'spec');
  const unsaid = new Map<string, Json>();
  const wanted = specOf(decl);
  const said = (field: string, made: readonly Entry[] | null): readonly Entry[] => {
    if (made !== null) return made;
    const value = wanted[field];
    if (value !== undefined) unsaid.set(field, value);
    return [];
  };
  const groups = groupEntries(decl, spec);
  const guard = guardEntries(decl);
  const entries = [
    ...fromEntries(decl, context, spec),
    ...said('predicates', whereEntries(decl, spec)),
    ...(decl.numberOfClusters === null
      ? []
      : [
          entry('take:', String(decl.numberOfClusters), {
            source: within(spec, 'numberOfClusters'),
          }),
        ]),
    ...said('prioritizerPolicy', preferEntries(decl.prioritizerPolicy, spec)),
    ...(decl.sortBy === null
      ? []
      : [entry('order:', decl.sortBy, { source: within(spec, 'sortBy') })]),
    ...said('tolerations', tolerateEntries(decl.tolerations, spec)),
    ...said('spreadPolicy', spreadEntries(decl.spread ?? [], spec)),
    ...said('scoreRateLimit', rescoreEntries(decl, spec)),
    ...guard.entries,
    ...(decl.via === null ? [] : [entry('via:', decl.via)]),
    ...said('decisionStrategy', groups),
  ];
  const raw: JsonObject = {
    ...(unsaid.size === 0 ? {} : { spec: Object.fromEntries(unsaid) }),
    ...(Object.keys(guard.unsaid).length === 0 ? {} : { metadata: { annotations: guard.unsaid } }),
  };
  const isGroup = (each: Entry) => each.block;
  const body = record(
    entries.filter((each) => !isGroup(each)),
    metaEntries(decl, source, style, raw),
    entries.filter(isGroup),
  );
  return entry(`placement ${nameText(decl.name)}`, body, { source, block: true });
}

function specOf(decl: IrPlacement): JsonObject {
  const [object] = lowerDecl(decl).objects;
  return isJsonObject(object?.spec) ? object.spec : {};
}

function fromEntries(
  { clusterSets }: IrPlacement,
  context: PrintContext,
  spec: Source | null,
): readonly Entry[] {
  if (clusterSets.length === 0) return [];
  const source = within(spec, 'clusterSets');
  return [entry('from:', list(clusterSets.map((set) => setText(set, context))), { source })];
}

function whereEntries({ where }: IrPlacement, spec: Source | null): readonly Entry[] | null {
  if (where.op === 'const') return [];
  const condition = conditionOf(where);
  if (condition === null) return null;
  const { value, notes } = condition;
  return [entry('where:', value, { notes, source: within(spec, 'predicates') })];
}

const builtInScores: ReadonlyMap<string, string> = new Map([
  ['Steady', 'steady'],
  ['Balance', 'balance'],
  ['ResourceAllocatableCPU', 'allocatableCPU'],
  ['ResourceAllocatableMemory', 'allocatableMemory'],
  ['Scatter', 'scatter'],
]);

/** Rule 39 read backwards: in mode Additive a weight says what the term weighs, `default` included. */
function preferEntries(
  policy: IrPrioritizerPolicy | null,
  spec: Source | null,
): readonly Entry[] | null {
  if (policy === null) return [];
  const isAdditive = policy.mode === 'Additive' || policy.mode === null || policy.mode === '';
  if (!isAdditive && policy.mode !== 'Exact') return null;
  const terms = policy.configurations.map((each) => termOf(each, isAdditive));
  if (!terms.every((term) => term !== null)) return null;
  const scores = terms.map(({ score }) => score);
  if (new Set(scores).size < scores.length || (terms.length === 0 && !isAdditive)) return null;
  // `default` brings steady and balance in this order, where it stands.
  const usual = [...defaultScores, ...scores.filter((score) => !defaultScores.includes(score))];
  const isUsual = scores.every(
    (score, at) => score === usual.filter((each) => scores.includes(each))[at],
  );
  const byDefault: readonly Term[] = isAdditive ? [{ score: 'default', times: 1 }] : [];
  const all = isUsual ? [...byDefault, ...terms] : [...terms, ...byDefault];
  const text = all.map(termText).join(' ');
  return [entry('prefer:', text, { source: within(spec, 'prioritizerPolicy') })];
}

const defaultScores = ['steady', 'balance'];

interface Term {
  readonly score: string;
  readonly times: number;
}

function termOf({ by, weight }: IrPrioritizer, isAdditive: boolean): Term | null {
  const score = scoreText(by);
  if (score === null || !Number.isInteger(weight) || Math.abs(weight) > 10) return null;
  const times = weight - (isAdditive && defaultScores.includes(score) ? 1 : 0);
  return times === 0 ? null : { score, times };
}

function termText({ score, times }: Term, at: number): string {
  const term = Math.abs(times) === 1 ? score : `${Math.abs(times)} * ${score}`;
  if (at === 0) return times < 0 ? `-${term}` : term;
  return times < 0 ? `- ${term}` : `+ ${term}`;
}

function scoreText(by: IrPrioritizer['by']): string | null {
  if (by.type === 'BuiltIn') return builtInScores.get(by.name) ?? null;
  // What only our engine computes is in no object.
  if (by.type === 'Expr' || by.resource === '' || by.score === '' || by.resource.includes('/'))
    return null;
  return `cluster.scores[${stringText(`${by.resource}/${by.score}`)}]`;
}

const taintWords = new Map([...taintKeys].map(([word, key]) => [key, word]));
const effects: ReadonlySet<string> = new Set(['NoSelect', 'PreferNoSelect', 'NoSelectIfNew']);

function tolerateEntries(
  tolerations: readonly IrToleration[],
  spec: Source | null,
): readonly Entry[] | null {
  if (tolerations.length === 0) return [];
  const source = within(spec, 'tolerations');
  const items: Entry[] = [];
  for (const [index, toleration] of tolerations.entries()) {
    const value = tolerationValue(toleration);
    if (value === null) return null;
    items.push(entry('', value, { source: within(source, index) }));
  }
  return [entry('tolerate:', { is: 'list', items }, { source })];
}

function tolerationValue(of: IrToleration): Value | null {
  const { key, operator = 'Equal', value, effect, tolerationSeconds } = of;
  if (operator !== (value === undefined ? 'Exists' : 'Equal')) return null;
  if (key === '' || (effect !== undefined && !effects.has(effect))) return null;
  const seconds = tolerationSeconds === undefined ? undefined : secondsText(tolerationSeconds);
  if (seconds === null) return null;
  const word = key === undefined ? undefined : (taintWords.get(key) ?? stringText(key));
  return record(
    word === undefined ? null : entry('key:', word),
    value === undefined ? null : entry('value:', stringText(value)),
    effect === undefined ? null : entry('effect:', effect),
    seconds === undefined ? null : entry('for:', seconds),
  );
}

function spreadEntries(spread: readonly IrSpread[], spec: Source | null): readonly Entry[] | null {
  if (spread.length === 0) return [];
  const source = within(spec, 'spreadPolicy', 'spreadConstraints');
  const items = spread.map((each, index) => {
    const map = each.topologyKeyType === 'Label' ? 'labels' : 'claims';
    const value = record(
      entry('over:', `cluster.${map}[${stringText(each.topologyKey)}]`),
      each.maxSkew === undefined ? null : entry('skew:', String(each.maxSkew)),
      each.whenUnsatisfiable === undefined ? null : entry('otherwise:', each.whenUnsatisfiable),
    );
    return entry('', value, { source: within(source, index) });
  });
  return [entry('spread:', { is: 'list', items }, { source: within(spec, 'spreadPolicy') })];
}

function rescoreEntries({ rescore }: IrPlacement, spec: Source | null): readonly Entry[] | null {
  if (rescore === undefined) return [];
  const text = durationText(rescore);
  return text === null
    ? null
    : [entry('rescore:', text, { source: within(spec, 'scoreRateLimit') })];
}

/** The guard and the trust; what these words cannot say stays an annotation. */
function guardEntries({ guard = {}, trust }: IrPlacement): {
  readonly entries: readonly Entry[];
  readonly unsaid: JsonObject;
} {
  const { neverEmpty, removeAtMost, within } = guard;
  const most = countText(removeAtMost);
  const window = within === undefined ? null : durationText(within);
  const value = record(
    neverEmpty === undefined ? null : entry('neverEmpty:', String(neverEmpty)),
    most === null ? null : entry('removeAtMost:', most),
    window === null ? null : entry('within:', window),
  );
  const names = placementAnnotations;
  return {
    entries: [
      ...(value.entries.length === 0 ? [] : [entry('guard:', value)]),
      ...(trust === 'hub' ? [entry('trust:', trust)] : []),
    ],
    unsaid: {
      ...(removeAtMost === undefined || most !== null
        ? {}
        : { [names.removeAtMost]: String(removeAtMost) }),
      ...(within === undefined || window !== null ? {} : { [names.within]: within }),
      ...(trust === undefined || trust === 'hub' ? {} : { [names.trust]: trust }),
    },
  };
}

function countText(of: number | string | undefined): string | null {
  const text = String(of);
  return /^(\d{1,9}|(\d{1,2}|100)%)$/.test(text) ? text : null;
}

function groupEntries(
  { groups, clustersPerDecisionGroup: size }: IrPlacement,
  spec: Source | null,
): readonly Entry[] | null {
  const strategy = within(spec, 'decisionStrategy', 'groupStrategy');
  const entries: Entry[] = [];
  if (size !== null) {
    const text = String(size);
    if (!/^([1-9]\d*|(100|[1-9]\d?)%)$/.test(text)) return null;
    // A count that is written as a text is another value than the number.
    if (typeof size === 'string' && !text.endsWith('%')) return null;
    entries.push(
      entry('groupsOf:', text, { source: within(strategy, 'clustersPerDecisionGroup') }),
    );
  }
  for (const [index, { name, where }] of groups.entries()) {
    const source = within(strategy, 'decisionGroups', index);
    const condition = groupConditionOf(where);
    if (condition === null) return null;
    const body = record(entry('where:', condition.value, { notes: condition.notes }));
    entries.push(entry(`group ${nameText(name)}`, body, { source, block: true }));
  }
  return entries;
}
