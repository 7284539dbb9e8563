import type { Span } from '../../base/span.ts';
import { celNegation, objectCel } from '../../ir/lower/predicate/object-cel.ts';
import { kindInfo, pluralOf } from '../../kube/kinds.ts';
import type {
  ConditionRule,
  FeedbackRule,
  IgnoreFields,
  ManifestConfig,
  ResourceIdentifier,
  UpdateStrategy,
} from '../../kube/ocm/work.ts';
import { workConditions } from '../../kube/ocm/work.ts';
import type { ObjectKind } from '../bind/kinds.ts';
import { blocksOf, type Checked } from '../check/checked.ts';
import { fieldsOf, knownValue, textOf } from '../check/known.ts';
import { manifestNamespace } from '../check/manifest-namespace.ts';
import { reportOn, valueSpan } from '../check/rules/rule.ts';
import { isScalar, required } from '../check/type.ts';
import { irOf, type Typed } from '../check/typed.ts';
import { problem } from '../diagnostics.ts';
import { type Fields, isList, type Value } from '../fold/value.ts';
import type { Expr } from '../syntax/ast.ts';
import type { EmitContext } from './context.ts';

/** How the objects of an app are applied and tracked (Rule 52). */
export function manifestConfigsOf(
  app: Checked<'app'>,
  context: EmitContext,
): readonly ManifestConfig[] {
  return blocksOf(app.children, 'track').flatMap((track) => configOf(track, app, context));
}

function configOf(
  track: Checked<'track'>,
  app: Checked<'app'>,
  context: EmitContext,
): readonly ManifestConfig[] {
  const { kind, name, values } = track;
  if (kind === null) return [];
  const feedbackRules = feedbackOf(knownValue(values.feedback));
  const scrape = textOf(values.scrape);
  const update = fieldsOf(knownValue(values.update));
  const conditionRules = rulesOf(track, context);
  return [
    {
      resourceIdentifier: identifierOf(kind, name, namespaceOf(track, app)),
      ...(feedbackRules === null ? {} : { feedbackRules }),
      ...(scrape === 'Poll' || scrape === 'Watch' ? { feedbackScrapeType: scrape } : {}),
      ...(update === undefined ? {} : { updateStrategy: strategyOf(update) }),
      ...(conditionRules.length === 0 ? {} : { conditionRules }),
    },
  ];
}

/** What upstream calls an object: the plural of its kind. */
export function identifierOf(
  kind: ObjectKind,
  name: string,
  namespace: string | null,
): ResourceIdentifier {
  return {
    group: kind.group,
    resource: resourceOf(kind),
    ...(namespace === null ? {} : { namespace }),
    name,
  };
}

/** The plural of a kind, as it stands in paths of the API. */
export function resourceOf(kind: ObjectKind): string {
  return kindInfo(kind)?.plural ?? pluralOf(kind.kind);
}

/** What is written, or the namespace of the `resource` with the same labels. */
function namespaceOf(track: Checked<'track'>, app: Checked<'app'>): string | null {
  const written = textOf(track.values.namespace);
  if (written !== undefined) return written;
  const resource = blocksOf(app.children, 'resource').find(
    ({ kind, name }) => name === track.name && kind?.kind === track.kind?.kind,
  );
  const manifest = resource?.manifest ?? null;
  return manifest === null ? null : manifestNamespace(manifest);
}

function feedbackOf(value: Value | undefined): readonly FeedbackRule[] | null {
  if (value === 'WellKnownStatus') return [{ type: 'WellKnownStatus' }];
  const fields = fieldsOf(value);
  if (fields === undefined) return null;
  const jsonPaths = [...fields].map(([name, path]) => ({ name, path: String(path) }));
  return [{ type: 'JSONPaths', jsonPaths }];
}

const strategies = ['Update', 'CreateOnly', 'ServerSideApply', 'ReadOnly'] as const;

function strategyOf(update: Fields): UpdateStrategy {
  const type = strategies.find((each) => each === update.get('type')) ?? 'Update';
  const force = update.get('force');
  const manager = update.get('manager');
  const ignore = update.get('ignore');
  const serverSideApply = {
    ...(typeof force === 'boolean' ? { force } : {}),
    ...(typeof manager === 'string' ? { fieldManager: manager } : {}),
    ...(ignore !== undefined && isList(ignore) ? { ignoreFields: ignore.map(ignoredOf) } : {}),
  };
  return { type, ...(Object.keys(serverSideApply).length === 0 ? {} : { serverSideApply }) };
}

function ignoredOf(value: Value): IgnoreFields {
  const fields = fieldsOf(value);
  const texts = (key: string): readonly string[] | undefined => {
    const list = fields?.get(key);
    return list !== undefined && isList(list) ? list.map(String) : undefined;
  };
  const when = fields?.get('when');
  const [paths, pointers, jq] = [texts('paths'), texts('pointers'), texts('jq')];
  return {
    condition: when === 'OnSpokeChange' ? when : 'OnSpokePresent',
    ...(paths === undefined ? {} : { jsonPaths: paths }),
    ...(pointers === undefined ? {} : { jsonPointers: pointers }),
    ...(jq === undefined ? {} : { jqPathExpressions: jq }),
  };
}

function rulesOf(track: Checked<'track'>, context: EmitContext): readonly ConditionRule[] {
  const { healthy, failed, complete } = track.values;
  const rule = (condition: string, key: 'healthy' | 'failed' | 'complete', typed: Typed | null) => {
    const cel = typed === null ? null : celFor(track, key, typed, context);
    if (cel === null) return [];
    const expression = key === 'healthy' ? celNegation(cel) : cel;
    return [{ type: 'CEL', condition, celExpressions: [expression] } as const];
  };
  return [
    ...rule(workConditions.progressing, 'healthy', healthy),
    ...rule(workConditions.degraded, 'failed', failed),
    ...(textOf(complete) === 'WellKnownConditions'
      ? [{ type: 'WellKnownConditions', condition: workConditions.complete } as const]
      : rule(workConditions.complete, 'complete', complete)),
  ];
}

/**
 * A comparison of two quantities, durations or times of the object. They are texts there, and CEL would compare them as
 * such: `9Gi` would be more than `10Gi`. Beside a value that is written out it is known that they have to be read.
 */
function unreadComparison(
  track: Checked<'track'>,
  key: string,
  { types }: EmitContext['session'],
): Span | null {
  const item = track.shaped.keys[key as 'healthy'];
  const open: Expr[] = item === null ? [] : [item.value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'unary' || next.kind === 'member') open.push(next.of);
    if (next.kind === 'if') open.push(next.test, next.yes, next.no);
    if (next.kind === 'call') {
      for (const { value } of next.args) open.push(value.kind === 'lambda' ? value.body : value);
    }
    if (next.kind !== 'binary') continue;
    const { left, right, op } = next;
    open.push(left, right);
    const isAmount = (side: Expr): boolean => {
      const type = types.get(side);
      return type !== undefined && isScalar(required(type), 'quantity', 'duration', 'time');
    };
    const isCompared = /^(==|!=|<|<=|>|>=)$/.test(op);
    if (isCompared && [left, right].every((side) => isAmount(side) && side.kind !== 'literal')) {
      return next.span;
    }
  }
  return null;
}

function celFor(
  track: Checked<'track'>,
  key: string,
  typed: Typed,
  { session }: EmitContext,
): string | null {
  const unread = unreadComparison(track, key, session);
  if (unread !== null) {
    const help = ['compare it with a value that is written out, or write a `cel` fence'];
    const params = { atom: 'a comparison of two amounts' };
    reportOn(track, problem('OCM3001', unread, params, { help }), session);
    return null;
  }
  const cel = objectCel(irOf(typed));
  if (!('unsayable' in cel)) return cel.text;
  const params = { atom: cel.unsayable.replaceAll('`', '') };
  const help = ['agents of upstream evaluate CEL: write it as a `cel` fence over `object`'];
  reportOn(track, problem('OCM3001', valueSpan(track, key), params, { help }), session);
  return null;
}
