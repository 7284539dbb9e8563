import { compareText } from '../base/json.ts';
import { carrierOf } from './check/carrier.ts';
import { blocksOf, type CheckedProgram } from './check/checked.ts';
import { listOf } from './check/known.ts';
import { isRemote, sourceIn } from './check/sources.ts';
import { renderInputOf } from './emit/sources.ts';
import { type RemoteSource, type RenderInput, remoteText } from './vendored.ts';

/** A source that has to be fetched, and what a chart is rendered with where the program delivers it. */
export interface RemoteUse {
  readonly source: RemoteSource;
  readonly renders: readonly RenderInput[];
}

/** The sources of a program that `ocm vendor` fetches, by their text: those of apps whose objects we deliver (Rule 50). */
export function remoteSources({ blocks }: CheckedProgram): readonly RemoteUse[] {
  const found = new Map<string, { source: RemoteSource; renders: RenderInput[] }>();
  for (const app of blocksOf(blocks, 'app')) {
    const carrier = carrierOf(app);
    if (carrier !== 'works' && carrier !== 'replicaset') continue;
    for (const value of listOf(app.values.resources) ?? []) {
      const source = sourceIn(value);
      const remote = source === undefined ? null : remoteOf(source);
      if (source === undefined || remote === null) continue;
      const text = remoteText(remote);
      const use = found.get(text) ?? { source: remote, renders: [] };
      if (source.from === 'helm') use.renders.push(renderInputOf(source));
      found.set(text, use);
    }
  }
  return [...found].sort(([a], [b]) => compareText(a, b)).map(([, use]) => use);
}

function remoteOf(source: NonNullable<ReturnType<typeof sourceIn>>): RemoteSource | null {
  switch (source.from) {
    case 'file':
      return isRemote(source.path) ? { from: 'file', url: source.path } : null;
    case 'git':
      return { from: 'git', url: source.url, ref: source.ref };
    case 'helm':
      return { from: 'helm', chart: source.chart, version: source.version };
    case 'kustomize':
      return null;
  }
}
