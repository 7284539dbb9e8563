import type { IrApp, IrManifest, IrPlaced } from '../../ir/program.ts';
import { accountOf, carrierOf, windowOf } from '../check/carrier.ts';
import { blocksOf, type Checked } from '../check/checked.ts';
import { fieldsOf, kindOf, knownValue, listOf, placedEntry, textOf } from '../check/known.ts';
import { isImported } from '../check/note.ts';
import { rolloutKeys } from '../check/rollout-value.ts';
import { valueSpan } from '../check/rules/rule.ts';
import { isUnit } from '../fold/value.ts';
import { type EmitContext, originOf } from './context.ts';
import { objectExpr } from './manifest.ts';
import { metaOf } from './meta.ts';
import { strategyOf } from './rollout.ts';
import { carriedSources, sourceManifests } from './sources.ts';
import { identifierOf, manifestConfigsOf } from './track.ts';

/** An app (Rules 48 to 53): what carries it, where it goes, how it moves, and what is delivered. */
export function emitApp(block: Checked<'app'>, context: EmitContext): readonly IrApp[] {
  const via = carrierOf(block);
  const manifests = [...fileManifests(block, context), ...ownManifests(block)];
  const manifestConfigs = manifestConfigsOf(block, context);
  const cascade = textOf(block.values.cascade);
  const sources = carriedSources(block);
  const window = windowOf(fieldsOf(knownValue(block.values.window)));
  return [
    {
      kind: 'app',
      ...metaOf(block),
      ...(via === 'works' ? {} : { via }),
      on: placedOf(block, context),
      manifests,
      ...(manifestConfigs.length === 0 ? {} : { manifestConfigs }),
      ...deleteOptionOf(block),
      ...executorOf(block),
      ...(window === null ? {} : { window }),
      ...(cascade === 'Background' || cascade === 'Foreground' ? { cascade } : {}),
      ...(sources.length === 0 ? {} : { sources }),
      ...(via === 'argocd' && isImported(block.shaped.keys.via) ? { bare: true } : {}),
    },
  ];
}

function placedOf({ values }: Checked<'app'>, { checked }: EmitContext): readonly IrPlaced[] {
  const usual = knownValue(values.rollout);
  return (listOf(values.on) ?? []).flatMap((value): readonly IrPlaced[] => {
    const entry = placedEntry(value);
    if (entry === undefined) return [];
    const keys = rolloutKeys(entry.rollout ?? usual, checked);
    const rollout = keys === null ? null : strategyOf(keys);
    return [{ placement: entry.placement.objectName, rollout }];
  });
}

function deleteOptionOf({ values }: Checked<'app'>): Pick<IrApp, 'deleteOption'> {
  const policies = ['Foreground', 'Orphan', 'SelectivelyOrphan'] as const;
  const propagationPolicy = policies.find((each) => each === textOf(values.delete));
  const orphans = (listOf(values.orphan) ?? []).flatMap((value) => {
    const fields = fieldsOf(value);
    const kind = kindOf(fields?.get('kind'));
    const namespace = fields?.get('namespace');
    const name = String(fields?.get('name') ?? '');
    if (kind === undefined) return [];
    return [identifierOf(kind, name, typeof namespace === 'string' ? namespace : null)];
  });
  const ttl = knownValue(values.ttl);
  const seconds =
    ttl !== undefined && ttl !== null && typeof ttl === 'object' && isUnit(ttl)
      ? ttl.unit === 'duration'
        ? Number(ttl.nanos / 1_000_000_000n)
        : null
      : null;
  const deleteOption = {
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(orphans.length === 0 ? {} : { selectivelyOrphans: { orphaningRules: orphans } }),
    ...(seconds === null ? {} : { ttlSecondsAfterFinished: seconds }),
  };
  return Object.keys(deleteOption).length === 0 ? {} : { deleteOption };
}

function executorOf({ values }: Checked<'app'>): Pick<IrApp, 'executor'> {
  const account = accountOf(textOf(values.executor) ?? '');
  return account === null ? {} : { executor: account };
}

function fileManifests(block: Checked<'app'>, context: EmitContext): readonly IrManifest[] {
  if (carrierOf(block) === 'argocd' || carrierOf(block) === 'subscription') return [];
  const written = block.shaped.keys.resources?.value;
  return (listOf(block.values.resources) ?? []).flatMap((value, index) => {
    const element = written?.kind === 'list' ? written.elements[index] : undefined;
    const span = element?.kind === 'call' ? element.span : valueSpan(block, 'resources');
    return sourceManifests({ block, span }, value, context);
  });
}

function ownManifests(block: Checked<'app'>): readonly IrManifest[] {
  return blocksOf(block.children, 'resource').flatMap((child): readonly IrManifest[] => {
    const object = objectExpr(child);
    return object === null ? [] : [{ origin: originOf(child), object }];
  });
}
