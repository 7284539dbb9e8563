import { isJsonObject, type Json } from '../../base/json.ts';
import type { Span } from '../../base/span.ts';
import { readSchema } from '../../kube/schema/read-schema.ts';
import { parseYaml } from '../../kube/yaml.ts';
import { builtInKindNames, declaredKind, findBuiltInKind, type ObjectKind } from '../bind/kinds.ts';
import { folderOf, resolvePath } from '../bind/path.ts';
import { isVisible, type KindSymbol } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import type { Word } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { moduleNamed } from './modules.ts';
import { complain, refer, type Session } from './session.ts';
import { text } from './type.ts';
import { isBroken } from './typed.ts';
import { didYouMean } from './words.ts';

/** The kind a `kind` declaration names: by API version, or by the file of its CRD (Rule 21). */
export function readKind(
  symbol: KindSymbol,
  context: Context,
  session: Session,
): ObjectKind | null {
  const { source } = symbol.node;
  const isFile =
    source.kind === 'call' && source.of.kind === 'name' && source.of.name.text === 'file';
  const typed = session.elaborate(source, isFile ? null : text, context);
  if (isBroken(typed) || !typed.known || typeof typed.value !== 'string') return null;
  const written = typed.value;
  const kind =
    isFile || /\.(ya?ml|json)$/.test(written)
      ? kindOfCrd(symbol.name, written, context, session)
      : declaredKind(symbol.name, written);
  if (kind === null) {
    const help = ['an API version such as `"acme.io/v1"`, or the path of a file with the CRD'];
    complain(session, context, problem('OCM2010', source.span, { kind: written }, { help }));
  }
  // What upstream YAML says of it is taken as it is, fields that its schema does not know included.
  const isImported = symbol.node.notes.some((note) => note.name.text === 'imported');
  return kind !== null && isImported ? { ...kind, schema: null } : kind;
}

function kindOfCrd(
  name: string,
  written: string,
  { file }: Context,
  { workspace }: Session,
): ObjectKind | null {
  const path = resolvePath(folderOf(file.uri), written);
  const content = path === null ? null : workspace.read(path);
  const read = content === null ? null : parseYaml(content, 'kubernetes');
  if (read === null || !read.ok) return null;
  for (const { value } of read.documents) {
    const kind = kindIn(value, name);
    if (kind !== null) return kind;
  }
  return null;
}

function kindIn(crd: Json, name: string): ObjectKind | null {
  const spec = isJsonObject(crd) ? crd['spec'] : undefined;
  if (!isJsonObject(spec)) return null;
  const { names, group, versions, scope } = spec as Readonly<Record<string, Json | undefined>>;
  if (!isJsonObject(names) || names['kind'] !== name || typeof group !== 'string') return null;
  const list = Array.isArray(versions) ? versions.filter(isJsonObject) : [];
  const served = list.find((each) => each['storage'] === true) ?? list[0];
  const version = served?.['name'];
  if (typeof version !== 'string') return null;
  const kind = { group, version, kind: name, namespaced: scope !== 'Cluster' };
  const given = served?.['schema'];
  const schema = isJsonObject(given) ? given['openAPIV3Schema'] : undefined;
  return schema === undefined ? kind : { ...kind, schema: readSchema(schema) };
}

/** The kind a label names (Rule 21); null where it was reported. */
export function resolveKind(
  name: string,
  span: Span,
  context: Context,
  session: Session,
): ObjectKind | null {
  const symbol = context.file.module.values.get(name);
  if (symbol?.symbol === 'kind') {
    session.references.push({ place: context.place, span, to: symbol });
    return session.kindOf(symbol);
  }
  const found = findBuiltInKind(name);
  if (found !== null && 'kind' in found) return found.kind;
  const declare = `\`kind ${name}: "group/version"\``;
  if (found !== null) {
    const help = [`several groups have it (${found.ambiguous.join(', ')}): ${declare}`];
    complain(session, context, problem('OCM2010', span, { kind: name }, { help }));
    return null;
  }
  const near = didYouMean(name, span, kindNames(context));
  const help = [...near.help, `declare it: ${declare}`];
  complain(session, context, problem('OCM2010', span, { kind: name }, { ...near, help }));
  return null;
}

/** The kind `alias.Kind` names: one that an imported module declares. */
export function importedKind(
  alias: Word,
  { text, span }: Word,
  context: Context,
  session: Session,
): ObjectKind | null {
  const module = moduleNamed(alias, context, session);
  if (module === 'lost') return null;
  const symbol = module?.values.get(text);
  if (symbol?.symbol === 'kind' && isVisible(symbol, context.file)) {
    refer(session, context, span, symbol);
    return session.kindOf(symbol);
  }
  const declared = [...(module?.values.values() ?? [])].filter(({ symbol: of }) => of === 'kind');
  const near = didYouMean(
    text,
    span,
    declared.map(({ name }) => name),
  );
  const kind = `${alias.text}.${text}`;
  complain(session, context, problem('OCM2010', span, { kind }, near));
  return null;
}

/** The kinds a word may name. */
export function kindNames({ file }: Context): readonly string[] {
  const declared = [...file.module.values.values()].filter(({ symbol }) => symbol === 'kind');
  return [...declared.map(({ name }) => name), ...builtInKindNames()];
}

/** Whether a word names a kind, declared or built in. */
export function isKindName(name: string, { file }: Context): boolean {
  return file.module.values.get(name)?.symbol === 'kind' || findBuiltInKind(name) !== null;
}
