import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../base/json.ts';
import { lowerDecl } from '../../ir/lower/lower.ts';
import type { IrApp, IrCarriedSource, IrWindow } from '../../ir/program.ts';
import { refKey, refOf } from '../../kube/object.ts';
import type { PrintContext } from './context.ts';
import { secondsText } from './duration.ts';
import { printManifest } from './manifest.ts';
import { metaEntries } from './meta.ts';
import { rolloutValue } from './rollout.ts';
import { nameText, stringText } from './text.ts';
import { identifiedKind, trackEntries } from './track.ts';
import { type Entry, entry, list, record, type Source, type Value, within } from './tree.ts';
import { inlineText, jsonValue } from './value.ts';

const style = { templates: false };

/**
 * An app of imported YAML: a ManifestWorkReplicaSet, an ApplicationSet, or a Channel with its Subscription; null where it
 * has no form.
 */
export function printApp(decl: IrApp, context: PrintContext): Entry | null {
  if (decl.via === undefined) return null;
  const object = lowerDecl(decl).objects.at(-1);
  if (object === undefined) return null;
  const source = context.sourceOf(refKey(refOf(object)));
  const spec = within(source, 'spec');
  const template = within(spec, 'manifestWorkTemplate');
  const placed = placedEntries(decl, context, spec);
  const manifests = manifestEntries(decl, context, within(template, 'workload', 'manifests'));
  const sources = (decl.sources ?? []).map(sourceText);
  const options = optionEntries(decl, context, template);
  if (placed === null || manifests === null) return null;
  const tracks = trackEntries(decl, context, within(template, 'manifestConfigs'));
  const configs = decl.manifestConfigs as readonly Json[] | undefined;
  const raw: JsonObject =
    tracks === null && configs !== undefined
      ? { spec: { manifestWorkTemplate: { manifestConfigs: configs } } }
      : {};
  const body = record(
    placed,
    decl.via === 'subscription' || decl.bare === true
      ? entry('via:', decl.via, { notes: ['@imported'] })
      : entry('via:', decl.via),
    sources.length === 0 ? null : entry('resources:', list(sources)),
    decl.window === undefined ? null : entry('window:', windowValue(decl.window)),
    options.entries,
    metaEntries(decl, source, style, { ...raw, ...options.raw }),
    manifests,
    tracks ?? [],
  );
  return entry(`app ${nameText(decl.name)}`, body, { source, block: true });
}

/** `on`, and `rollout` where all entries say the same. */
function placedEntries(
  { on }: IrApp,
  context: PrintContext,
  spec: Source | null,
): readonly Entry[] | null {
  const source = within(spec, 'placementRefs');
  const [first] = on;
  if (!on.every(({ placement }) => context.declares('placement', placement))) return null;
  const isShared = on.every(({ rollout }) => jsonEqual(rollout, first?.rollout));
  const items: Entry[] = [];
  for (const [index, { placement, rollout }] of on.entries()) {
    const at = within(source, index);
    const value = isShared || rollout === null ? undefined : rolloutValue(rollout);
    if (value === null) return null;
    const name = nameText(placement);
    const entryOf = (each: Value) => entry('', each, { source: at });
    items.push(
      value === undefined
        ? entryOf(name)
        : entryOf(record(entry('placement:', name), entry('rollout:', value))),
    );
  }
  const shared = isShared && first?.rollout ? rolloutValue(first.rollout) : undefined;
  if (shared === null) return null;
  return [
    entry('on:', { is: 'list', items }, { source }),
    ...(shared === undefined ? [] : [entry('rollout:', shared)]),
  ];
}

function manifestEntries(
  { manifests }: IrApp,
  context: PrintContext,
  source: Source | null,
): readonly Entry[] | null {
  const entries: Entry[] = [];
  for (const [index, { object }] of manifests.entries()) {
    const value = object.op === 'const' && isJsonObject(object.value) ? object.value : null;
    const at = within(source, index);
    const made = value && printManifest('resource', value, { source: at, context }, style);
    if (made === null) return null;
    entries.push(made);
  }
  return entries;
}

function sourceText(source: IrCarriedSource): string {
  const named = (args: readonly (readonly [string, string | null])[]) =>
    args.flatMap(([key, value]) => (value === null ? [] : [`${key}: ${stringText(value)}`]));
  if (source.source === 'git') {
    const { url, ref, path } = source;
    return `git(${[
      stringText(url),
      ...named([
        ['ref', ref],
        ['path', path],
      ]),
    ].join(', ')})`;
  }
  const { repository, chart, version, name, namespace, values } = source;
  return `helm(${[
    stringText(`${repository}/${chart}`),
    ...named([
      ['version', version],
      ['name', name],
      ['namespace', namespace],
    ]),
    ...(values === null ? [] : [`values: ${inlineText(values)}`]),
  ].join(', ')})`;
}

function windowValue({ mode, ranges, zone, days }: IrWindow): Value {
  return record(
    entry(`${mode}:`, list(ranges.map(stringText))),
    zone === '' ? null : entry('zone:', stringText(zone)),
    days.length === 0 ? null : entry('days:', list(days)),
  );
}

/** How works are made and deleted; what has no key of its own stays in `raw`. */
function optionEntries(
  { deleteOption, executor, cascade }: IrApp,
  context: PrintContext,
  template: Source | null,
): { readonly entries: readonly Entry[]; readonly raw: JsonObject } {
  const entries: Entry[] = [];
  if (executor !== undefined) {
    const account = stringText(`${executor.namespace}/${executor.name}`);
    entries.push(entry('executor:', account, { source: within(template, 'executor') }));
  }
  if (cascade !== undefined) entries.push(entry('cascade:', cascade));
  if (deleteOption === undefined) return { entries, raw: {} };
  const { propagationPolicy, selectivelyOrphans, ttlSecondsAfterFinished: ttl } = deleteOption;
  const orphans = selectivelyOrphans?.orphaningRules?.map((rule) => {
    const kind = identifiedKind(rule, context);
    return kind === null
      ? null
      : record(
          entry('kind:', kind),
          entry('name:', jsonValue(rule.name, null, style)),
          rule.namespace === undefined ? null : entry('namespace:', stringText(rule.namespace)),
        );
  });
  const seconds = ttl === undefined ? undefined : secondsText(ttl);
  const isSaid =
    seconds !== null &&
    (selectivelyOrphans === undefined || (orphans !== undefined && orphans.length > 0)) &&
    orphans?.includes(null) !== true;
  if (!isSaid) {
    const option = deleteOption as unknown as JsonObject;
    return { entries, raw: { spec: { manifestWorkTemplate: { deleteOption: option } } } };
  }
  if (propagationPolicy !== undefined) entries.push(entry('delete:', propagationPolicy));
  const kept = (orphans ?? []).filter((each) => each !== null);
  if (kept.length > 0) entries.push(entry('orphan:', list(kept)));
  if (seconds !== undefined) entries.push(entry('ttl:', seconds));
  return { entries, raw: {} };
}
