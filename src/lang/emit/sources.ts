import { isJsonObject, type JsonObject } from '../../base/json.ts';
import type { IrCarriedSource, IrManifest } from '../../ir/program.ts';
import { kindInfo } from '../../kube/kinds.ts';
import { parseApiVersion } from '../../kube/object.ts';
import { resolvePath } from '../bind/path.ts';
import { carrierOf } from '../check/carrier.ts';
import type { Checked } from '../check/checked.ts';
import { listOf } from '../check/known.ts';
import { reportOn } from '../check/rules/rule.ts';
import { isRemote, type Source, sourceIn } from '../check/sources.ts';
import { problem } from '../diagnostics.ts';
import type { Value } from '../fold/value.ts';
import type { RenderInput } from '../vendored.ts';
import type { EmitContext } from './context.ts';
import { manifestsOf, objectsOfText, readPaths } from './files.ts';
import { hasKustomization, kustomized, kustomizedFolder } from './kustomize.ts';
import { renderedChart, vendoredTree, type WrittenSource } from './vendored.ts';

/** The objects a source means (Rule 50): read from the workspace, where `ocm vendor` put what is remote. */
export function sourceManifests(
  written: WrittenSource,
  value: Value,
  context: EmitContext,
): readonly IrManifest[] {
  const source = sourceIn(value);
  switch (source?.from) {
    case undefined:
      return [];
    case 'file':
      return isRemote(source.path)
        ? remoteFile(written, source.path, context)
        : manifestsOf({ ...written, glob: source.path }, context);
    case 'kustomize':
      return kustomized(written, source.path, context);
    case 'git':
      return gitManifests(written, source, context);
    case 'helm':
      return chartManifests(written, source, context);
  }
}

function remoteFile(
  written: WrittenSource,
  url: string,
  context: EmitContext,
): readonly IrManifest[] {
  const tree = vendoredTree(written, { from: 'file', url }, context);
  if (tree === null) return [];
  const { entry, workspace } = tree;
  const paths = workspace.list(`${entry.path}/*`);
  return readPaths(paths, { ...written, glob: url, workspace }, context);
}

/** A kustomization where there is one, otherwise the YAML and JSON files right in the folder. */
function gitManifests(
  written: WrittenSource,
  { url, ref, path }: Extract<Source, { readonly from: 'git' }>,
  context: EmitContext,
): readonly IrManifest[] {
  const tree = vendoredTree(written, { from: 'git', url, ref }, context);
  if (tree === null) return [];
  const { entry, workspace } = tree;
  const folder = resolvePath(entry.path, (path ?? '.').replace(/^\/+/, ''));
  if (folder === null || !`${folder}/`.startsWith(`${entry.path}/`)) {
    const found = problem('OCM2015', written.span, { path: path ?? '.' });
    reportOn(written.block, found, context.session);
    return [];
  }
  if (hasKustomization(folder, workspace)) {
    return kustomizedFolder({ ...written, workspace, root: entry.path }, folder, context);
  }
  const paths = workspace.list(`${folder}/*`).filter((each) => /\.(ya?ml|json)$/.test(each));
  return readPaths(paths, { ...written, glob: path ?? url, workspace }, context);
}

function chartManifests(
  written: WrittenSource,
  source: Extract<Source, { readonly from: 'helm' }>,
  context: EmitContext,
): readonly IrManifest[] {
  const { chart, version } = source;
  const input = renderInputOf(source);
  const rendered = renderedChart(written, { from: 'helm', chart, version }, input, context);
  if (rendered === null) return [];
  const manifests = objectsOfText(rendered, { ...written, glob: rendered.path }, context);
  return manifests.map((manifest) => inNamespace(manifest, input.namespace));
}

/** What helm would create in the namespace of the release, because nothing else is said. */
function inNamespace(manifest: IrManifest, namespace: string): IrManifest {
  const { object } = manifest;
  const value = object.op === 'const' && isJsonObject(object.value) ? object.value : null;
  if (value === null) return manifest;
  const { apiVersion, kind, metadata } = value;
  const { group } = parseApiVersion(String(apiVersion));
  const isNamespaced = kindInfo({ group, kind: String(kind) })?.namespaced === true;
  if (!isNamespaced || !isJsonObject(metadata) || metadata['namespace'] !== undefined) {
    return manifest;
  }
  const placed = { ...value, metadata: { ...metadata, namespace } };
  return { ...manifest, object: { op: 'const', type: 'json', value: placed } };
}

/** What a chart is rendered with: its release is called as the chart, in `default`, unless something is said. */
export function renderInputOf(source: Extract<Source, { readonly from: 'helm' }>): RenderInput {
  const { name, namespace, values } = source;
  return {
    name: name ?? chartOf(source).chart,
    namespace: namespace ?? 'default',
    values: values ?? {},
  };
}

/** What a carrier fetches itself: charts and git trees. */
export function carriedSources(block: Checked<'app'>): readonly IrCarriedSource[] {
  const carrier = carrierOf(block);
  if (carrier !== 'argocd' && carrier !== 'subscription') return [];
  return (listOf(block.values.resources) ?? []).flatMap((value): readonly IrCarriedSource[] => {
    const source = sourceIn(value);
    if (source?.from === 'git') {
      const { url, ref, path } = source;
      return [{ source: 'git', url, ref, path }];
    }
    if (source?.from !== 'helm') return [];
    const { version, name, namespace } = source;
    const { repository, chart } = chartOf(source);
    const values: JsonObject | null = isJsonObject(source.values) ? source.values : null;
    return [{ source: 'helm', repository, chart, version, values, name, namespace }];
  });
}

/** `https://charts.example.com/redis` is the chart `redis` of the repository before it; so is an OCI address. */
export function chartOf({ chart }: Extract<Source, { readonly from: 'helm' }>): {
  readonly repository: string;
  readonly chart: string;
} {
  const slash = chart.lastIndexOf('/');
  return { repository: chart.slice(0, slash), chart: chart.slice(slash + 1) };
}
