import { isJsonObject } from '../../base/json.ts';
import { celNegation } from '../../ir/lower/predicate/object-cel.ts';
import type { IrApp } from '../../ir/program.ts';
import { findResource, pluralOf } from '../../kube/kinds.ts';
import { apiVersionOf, parseApiVersion } from '../../kube/object.ts';
import type {
  ConditionRule,
  FeedbackRule,
  ManifestConfig,
  ResourceIdentifier,
  UpdateStrategy,
} from '../../kube/ocm/work.ts';
import { workConditions } from '../../kube/ocm/work.ts';

import type { PrintContext } from './context.ts';
import { fenceOf, keyText, nameText, stringText } from './text.ts';
import { type Entry, entry, list, record, type Source, type Value, within } from './tree.ts';

/** The `track` blocks of an app; null where one of its configurations says what no key can. */
export function trackEntries(
  decl: IrApp,
  context: PrintContext,
  source: Source | null,
): readonly Entry[] | null {
  const entries: Entry[] = [];
  for (const [index, config] of (decl.manifestConfigs ?? []).entries()) {
    const made = trackEntry(config, decl, context, within(source, index));
    if (made === null) return null;
    entries.push(made);
  }
  return entries;
}

function trackEntry(
  config: ManifestConfig,
  decl: IrApp,
  context: PrintContext,
  source: Source | null,
): Entry | null {
  const { resourceIdentifier: object, feedbackRules, feedbackScrapeType, updateStrategy } = config;
  const kind = identifiedKind(object, context, decl);
  const feedback = feedbackRules === undefined ? undefined : feedbackValue(feedbackRules);
  const rules = ruleEntries(config.conditionRules ?? []);
  if (kind === null || object.group === undefined || feedback === null || rules === null) {
    return null;
  }
  const body = record(
    object.namespace === undefined ? null : entry('namespace:', stringText(object.namespace)),
    updateStrategy === undefined ? null : entry('update:', updateValue(updateStrategy)),
    feedback === undefined ? null : entry('feedback:', feedback),
    feedbackScrapeType === undefined ? null : entry('scrape:', feedbackScrapeType),
    rules,
  );
  return entry(`track ${kind} ${nameText(object.name)}`, body, { source, block: true });
}

/** The word for the kind an identifier means: of the table, or of a manifest of the app. */
export function identifiedKind(
  { group = '', resource }: ResourceIdentifier,
  { kinds }: PrintContext,
  decl?: IrApp,
): string | null {
  const info = findResource(group, resource);
  if (info !== undefined) return kinds.nameOf(apiVersionOf(info), info.kind);
  for (const { object } of decl?.manifests ?? []) {
    const value = object.op === 'const' && isJsonObject(object.value) ? object.value : {};
    const { apiVersion, kind } = value;
    if (typeof apiVersion !== 'string' || typeof kind !== 'string') continue;
    const isOf = parseApiVersion(apiVersion).group === group && pluralOf(kind) === resource;
    if (isOf) return kinds.nameOf(apiVersion, kind);
  }
  return null;
}

function feedbackValue(rules: readonly FeedbackRule[]): Value | null {
  const [only, ...more] = rules;
  if (only === undefined || more.length > 0) return null;
  const { type, jsonPaths } = only;
  if (type === 'WellKnownStatus') return jsonPaths === undefined ? type : null;
  const paths = jsonPaths ?? [];
  const names = paths.map(({ name }) => name);
  const isPlain = paths.every(({ version }) => version === undefined);
  if (!isPlain || paths.length === 0 || new Set(names).size < names.length) return null;
  return record(paths.map(({ name, path }) => entry(`${keyText(name)}:`, stringText(path))));
}

function updateValue({ type, serverSideApply }: UpdateStrategy): Value {
  const { force, fieldManager, ignoreFields } = serverSideApply ?? {};
  const texts = (key: string, of: readonly string[] | undefined): Entry | null =>
    of === undefined ? null : entry(`${key}:`, list(of.map(stringText)));
  const ignored = (ignoreFields ?? []).map((each) =>
    record(
      each.condition === 'OnSpokePresent' ? null : entry('when:', each.condition),
      texts('paths', each.jsonPaths),
      texts('pointers', each.jsonPointers),
      texts('jq', each.jqPathExpressions),
    ),
  );
  return record(
    entry('type:', type),
    force === undefined ? null : entry('force:', String(force)),
    fieldManager === undefined ? null : entry('manager:', stringText(fieldManager)),
    ignored.length === 0 ? null : entry('ignore:', list(ignored)),
  );
}

const keys: ReadonlyMap<string, string> = new Map([
  [workConditions.progressing, 'healthy'],
  [workConditions.degraded, 'failed'],
  [workConditions.complete, 'complete'],
]);

// `healthy` says when a work is not progressing any more, so its CEL is turned round (Rule 52).
function ruleEntries(rules: readonly ConditionRule[]): readonly Entry[] | null {
  const entries = rules.map(ruleEntry);
  return entries.every((each) => each !== null) ? entries : null;
}

function ruleEntry(rule: ConditionRule): Entry | null {
  const { type, condition, celExpressions, message, messageExpression } = rule;
  const key = keys.get(condition);
  if (key === undefined || message !== undefined || messageExpression !== undefined) return null;
  if (type === 'WellKnownConditions') {
    return key === 'complete' && celExpressions === undefined ? entry('complete:', type) : null;
  }
  const [cel, ...more] = celExpressions ?? [];
  if (cel === undefined || more.length > 0) return null;
  const fence = fenceOf(`${key === 'healthy' ? celNegation(cel) : cel}\n`, 'cel');
  return fence && entry(`${key}:`, fence);
}
