import { apiVersionOf } from '../../kube/object.ts';
import { findBuiltInKind } from '../bind/kinds.ts';
import { isName, stringText } from './text.ts';
import { type Entry, entry } from './tree.ts';

/** Names for the kinds of a module, and the declarations they need. */
export interface KindNames {
  /** The word for a kind in a label; null where none can be declared for it. */
  readonly nameOf: (apiVersion: string, kind: string) => string | null;
  readonly declarations: () => readonly Entry[];
}

/**
 * Names kinds by themselves where the built-in table has them, else by a declaration. `untyped` kinds are declared with
 * `@imported`, so that their bodies are taken as they are.
 */
export function startKindNames(untyped: ReadonlySet<string>): KindNames {
  const names = new Map<string, string>();
  const declared = new Map<string, string>();
  const used = new Set<string>();
  const loose = new Set<string>();
  const nameOf = (apiVersion: string, kind: string): string | null => {
    const key = kindKey(apiVersion, kind);
    const known = names.get(key);
    if (known !== undefined) return known;
    if (!/^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?v[0-9]+((alpha|beta)[0-9]+)?$/.test(apiVersion)) {
      return null;
    }
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(kind)) return null;
    const isTyped = isBuiltIn(apiVersion, kind) && !untyped.has(key) && !declared.has(kind);
    const chosen = isTyped ? kind : declare(apiVersion, kind, declared, used);
    used.add(chosen);
    if (untyped.has(key) && isBuiltIn(apiVersion, kind)) loose.add(chosen);
    names.set(key, chosen);
    return chosen;
  };
  const declarations = () =>
    [...declared].map(([name, source]) =>
      entry(`kind ${name}:`, stringText(source), loose.has(name) ? { notes: ['@imported'] } : {}),
    );
  return { nameOf, declarations };
}

/** What tells kinds apart. */
export function kindKey(apiVersion: string, kind: string): string {
  return `${apiVersion}/${kind}`;
}

function isBuiltIn(apiVersion: string, kind: string): boolean {
  const found = findBuiltInKind(kind);
  return found !== null && 'kind' in found && apiVersionOf(found.kind) === apiVersion;
}

// The second kind of a name takes its group into its own: `OperatorsSubscription`.
function declare(
  apiVersion: string,
  kind: string,
  declared: Map<string, string>,
  used: ReadonlySet<string>,
): string {
  const isFree = (name: string) => isName(name) && !declared.has(name) && !used.has(name);
  if (isFree(kind)) {
    declared.set(kind, apiVersion);
    return kind;
  }
  const [group = ''] = apiVersion.split('/');
  const [first = ''] = group.split('.');
  const word = first.replace(/[^A-Za-z0-9]/g, '');
  const title = word.charAt(0).toUpperCase() + word.slice(1);
  let name = `${title}${kind}`;
  for (let count = 2; !isFree(name); count++) name = `${title}${kind}${count}`;
  declared.set(name, `${apiVersion}, Kind=${kind}`);
  return name;
}
