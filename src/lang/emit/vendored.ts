import { sha256Hex } from '../../base/hash.ts';
import type { Span } from '../../base/span.ts';
import type { Checked } from '../check/checked.ts';
import { reportOn } from '../check/rules/rule.ts';
import { problem } from '../diagnostics.ts';
import {
  type LockEntry,
  lockPath,
  type RemoteSource,
  type RenderInput,
  readLock,
  readSums,
  remoteText,
  renderKey,
} from '../vendored.ts';
import type { Workspace } from '../workspace.ts';
import type { EmitContext } from './context.ts';

/** Where a source is written. */
export interface WrittenSource {
  readonly block: Checked;
  readonly span: Span;
}

/** A fetched tree: its files are read through it, and are what the lock says. */
export interface VendoredTree {
  readonly entry: LockEntry;
  readonly workspace: Workspace;
}

/** The tree of a remote source, or null where it is not there as the lock says (OCM2020, reported). */
export function vendoredTree(
  written: WrittenSource,
  source: RemoteSource,
  context: EmitContext,
): VendoredTree | null {
  const { workspace } = context.session;
  const text = workspace.read(lockPath);
  const lock = text === null ? null : readLock(text);
  if (text !== null && lock === null) {
    return refuse(written, source, `\`${lockPath}\` cannot be read: run \`ocm vendor\``, context);
  }
  const entry = lock?.get(remoteText(source));
  if (entry === undefined) return refuse(written, source, 'run `ocm vendor`', context);
  const list = workspace.read(`${entry.path}.sum`);
  if (list === null || sha256Hex(list) !== entry.sha256) {
    const what = list === null ? 'is not there' : 'is not what was fetched';
    return refuse(written, source, `\`${entry.path}\` ${what}: run \`ocm vendor\``, context);
  }
  const sums = readSums(list);
  const prefix = `${entry.path}/`;
  const reported = new Set<string>();
  const read: Workspace['read'] = (path) => {
    const content = workspace.read(path);
    if (content === null || !path.startsWith(prefix)) return content;
    if (sha256Hex(content) === sums.get(path.slice(prefix.length))) return content;
    if (!reported.has(path)) {
      reported.add(path);
      refuse(written, source, `\`${path}\` is not what was fetched: run \`ocm vendor\``, context);
    }
    return null;
  };
  return { entry, workspace: { read, list: workspace.list } };
}

/** What a chart renders to with some values, or null where that is not there as the lock says (OCM2020, reported). */
export function renderedChart(
  written: WrittenSource,
  source: Extract<RemoteSource, { readonly from: 'helm' }>,
  input: RenderInput,
  context: EmitContext,
): { readonly path: string; readonly text: string } | null {
  const tree = vendoredTree(written, source, context);
  if (tree === null) return null;
  const rendered = tree.entry.rendered?.[renderKey(input)];
  if (rendered === undefined) {
    const why =
      tree.entry.rendered === undefined
        ? 'it was fetched without being rendered: run `ocm vendor` where `helm` is installed'
        : 'it was not rendered with these values: run `ocm vendor`';
    return refuse(written, source, why, context);
  }
  const text = context.session.workspace.read(rendered.path);
  if (text !== null && sha256Hex(text) === rendered.sha256) return { path: rendered.path, text };
  const what = text === null ? 'is not there' : 'is not what was rendered';
  return refuse(written, source, `\`${rendered.path}\` ${what}: run \`ocm vendor\``, context);
}

function refuse(
  { block, span }: WrittenSource,
  source: RemoteSource,
  help: string,
  { session }: EmitContext,
): null {
  const address = source.from === 'helm' ? source.chart : source.url;
  reportOn(block, problem('OCM2020', span, { source: address }, { help: [help] }), session);
  return null;
}
