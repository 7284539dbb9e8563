import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { problem } from '../diagnostics.ts';
import { type Fields, isFields, toJson, type Value } from '../fold/value.ts';
import type { ArgNode, CallNode } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { complain, type Session } from './session.ts';
import { json, type Type, text } from './type.ts';
import { broken, isBroken, known, type Typed } from './typed.ts';
import { didYouMean, quotedList, sourceText } from './words.ts';

/** Arguments of a source (language.md §9.3): the first stands without its name. */
const sources = {
  file: { first: 'path', others: [] },
  kustomize: { first: 'path', others: [] },
  helm: { first: 'chart', others: ['version', 'values', 'name', 'namespace'] },
  git: { first: 'url', others: ['ref', 'path'] },
} as const;
type SourceName = keyof typeof sources;

/** What a source of objects says; what is not written is null. */
export type Source =
  | { readonly from: 'file' | 'kustomize'; readonly path: string }
  | {
      readonly from: 'helm';
      readonly chart: string;
      readonly version: string | null;
      readonly values: JsonObject | null;
      readonly name: string | null;
      readonly namespace: string | null;
    }
  | {
      readonly from: 'git';
      readonly url: string;
      readonly ref: string | null;
      readonly path: string | null;
    };

/** Whether a name is that of a source of objects (language.md §9.3). */
export function isSource(name: string): name is SourceName {
  return Object.hasOwn(sources, name);
}

const source: Type = { is: 'source' };

/**
 * `file("./k8s/*.yaml")`, `kustomize("./overlays/prod")`, `helm(…)`, `git(…)`. The value of a `file` is its glob as
 * written, that of the others a record; `sourceIn` reads both.
 */
export function elaborateSource(
  name: string,
  node: CallNode,
  context: Context,
  session: Session,
): Typed {
  if (!isSource(name)) return broken;
  const values = new Map<string, Value>([['from', name]]);
  let sound = true;
  for (const [index, arg] of node.args.entries()) {
    if (!readArgument(name, arg, index, values, context, session)) sound = false;
  }
  const { first } = sources[name];
  if (sound && !values.has(first)) {
    const params = { block: `\`${name}\``, key: first };
    complain(session, context, problem('OCM2029', node.of.span, params));
    sound = false;
  }
  if (!sound) return broken;
  const [argument] = node.args;
  if (!isAddress(name, String(values.get(first)), argument, context, session)) return broken;
  return known(source, name === 'file' ? String(values.get('path')) : values);
}

function readArgument(
  name: SourceName,
  { name: word, value, span }: ArgNode,
  index: number,
  into: Map<string, Value>,
  context: Context,
  session: Session,
): boolean {
  const { first, others } = sources[name];
  const names: readonly string[] = [first, ...others];
  const key = word?.text ?? (index === 0 ? first : '');
  if (!names.includes(key) || value.kind === 'lambda') {
    const known = `${name} takes ${quotedList(names, 'and')}`;
    const near = didYouMean(key, word?.span ?? span, others);
    const help = near.help.length > 0 ? near.help : [known];
    const params = { word: word?.text ?? sourceText(context, span), where: `\`${name}\`` };
    complain(session, context, problem('OCM2002', word?.span ?? span, params, { ...near, help }));
    return false;
  }
  if (into.has(key)) {
    complain(session, context, problem('OCM2014', span, { name: key }));
    return false;
  }
  const isPath = key === first && (name === 'file' || name === 'kustomize');
  if (isPath && value.kind === 'string' && value.parts.some((part) => typeof part !== 'string')) {
    const where = name === 'file' ? 'the path of a file' : 'the path of a folder';
    complain(session, context, problem('OCM1005', value.span, { where }));
    return false;
  }
  const inside: Context = {
    ...context,
    cluster: false,
    where: `\`${name}\``,
    advice: 'a source is the same for every cluster',
  };
  const typed = session.elaborate(value, key === 'values' ? json : text, inside);
  if (isBroken(typed)) return false;
  if (!typed.known || typed.value === undefined) {
    complain(
      session,
      context,
      problem('OCM2201', value.span, { what: 'cluster', where: `\`${name}\`` }),
    );
    return false;
  }
  if (key === 'values' && !isFields(typed.value)) {
    const params = { expected: 'a record', found: sourceText(context, value.span) };
    complain(session, context, problem('OCM2004', value.span, params));
    return false;
  }
  into.set(key, typed.value);
  return true;
}

/** OCM2013 for a chart or repository that no carrier could reach. */
function isAddress(
  name: SourceName,
  address: string,
  argument: ArgNode | undefined,
  context: Context,
  session: Session,
): boolean {
  const range = addressProblem(name, address);
  if (range === null) return true;
  const params = { what: `\`${address}\``, range };
  complain(
    session,
    context,
    problem('OCM2013', argument?.value.span ?? { start: 0, end: 0 }, params),
  );
  return false;
}

function addressProblem(name: SourceName, address: string): string | null {
  if (name === 'helm') {
    const isChart = /^(oci|https?):\/\/[^/\s]+\/\S*[^/\s]$/.test(address);
    return isChart ? null : 'a chart is `https://host/path/chart` or `oci://host/path/chart`';
  }
  if (name !== 'git') return null;
  if (/^(ext|file):/.test(address)) return 'git is read over https and ssh';
  const isRemote = /^(https?|ssh|git):\/\/[^/\s]+\/\S+$|^[\w.-]+@[\w.-]+:\S+$/.test(address);
  return isRemote ? null : 'a repository is `https://host/path.git` or `git@host:path.git`';
}

/** What the value of a source says. */
export function sourceIn(value: Value | undefined): Source | undefined {
  if (typeof value === 'string') return { from: 'file', path: value };
  if (value === undefined || value === null || typeof value !== 'object' || !isFields(value))
    return;
  const of: Fields = value;
  const word = (key: string): string | null => {
    const found = of.get(key);
    return typeof found === 'string' ? found : null;
  };
  switch (of.get('from')) {
    case 'kustomize':
      return { from: 'kustomize', path: word('path') ?? '' };
    case 'helm': {
      const values = of.get('values');
      const given: Json | null = values === undefined ? null : toJson(values);
      return {
        from: 'helm',
        chart: word('chart') ?? '',
        version: word('version'),
        values: isJsonObject(given) ? given : null,
        name: word('name'),
        namespace: word('namespace'),
      };
    }
    case 'git':
      return { from: 'git', url: word('url') ?? '', ref: word('ref'), path: word('path') };
  }
}

/** Whether the address of a `file` is remote. */
export function isRemote(path: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//.test(path);
}
