import type { IrApp, IrManifest, IrPlaced } from '../../ir/program.ts';
import { blocksOf, type Checked } from '../check/checked.ts';
import { knownValue, listOf, placedEntry } from '../check/known.ts';
import { rolloutKeys } from '../check/rollout-value.ts';
import { valueSpan } from '../check/rules/rule.ts';
import { type EmitContext, originOf } from './context.ts';
import { manifestsOf } from './files.ts';
import { objectExpr } from './manifest.ts';
import { metaOf } from './meta.ts';
import { strategyOf } from './rollout.ts';

/** An app carried by works (Rules 48 to 51): where it goes, how it moves, and what is delivered. */
export function emitApp(block: Checked<'app'>, context: EmitContext): readonly IrApp[] {
  const manifests = [...fileManifests(block, context), ...ownManifests(block)];
  return [{ kind: 'app', ...metaOf(block), on: placedOf(block, context), manifests }];
}

function placedOf({ values }: Checked<'app'>, { checked }: EmitContext): readonly IrPlaced[] {
  const usual = knownValue(values.rollout);
  return (listOf(values.on) ?? []).flatMap((value): readonly IrPlaced[] => {
    const entry = placedEntry(value);
    if (entry === undefined) return [];
    const rollout = strategyOf(rolloutKeys(entry.rollout ?? usual, checked));
    return [{ placement: entry.placement.objectName, rollout }];
  });
}

function fileManifests(block: Checked<'app'>, context: EmitContext): readonly IrManifest[] {
  const written = block.shaped.keys.resources?.value;
  return (listOf(block.values.resources) ?? []).flatMap((glob, index) => {
    const element = written?.kind === 'list' ? written.elements[index] : undefined;
    const span = element?.kind === 'call' ? element.span : valueSpan(block, 'resources');
    return typeof glob === 'string' ? manifestsOf({ block, glob, span }, context) : [];
  });
}

function ownManifests(block: Checked<'app'>): readonly IrManifest[] {
  return blocksOf(block.children, 'resource').flatMap((child): readonly IrManifest[] => {
    const object = objectExpr(child);
    return object === null ? [] : [{ origin: originOf(child), object }];
  });
}
