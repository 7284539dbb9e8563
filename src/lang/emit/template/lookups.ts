import type { IrExpr } from '../../../ir/expr.ts';
import { type Lookup, type LookupRead, readsSecret } from '../../../ir/lookup.ts';
import { type Draft, declare, keep, type Maybe, refuse, sure } from './draft.ts';
import { both, call, type GoExpr, nil, number, text } from './go.ts';
import { parsed } from './parsed.ts';

/** Looks something up; what is not there gives an empty map, a list always an `items`. */
export function lookedUp(of: Lookup, draft: Draft): GoExpr {
  for (const part of [of.namespace, of.name, of.labels]) noLeak(part, draft);
  const { namespace, name } = placeOf(of, draft);
  const selectors = of.labels === null ? [] : selectorsOf(of.labels, draft);
  return call('lookup', text(of.apiVersion), text(of.kind), namespace, name, ...selectors);
}

/** Where the object is. A service account of the policy's own may look everywhere: nothing is then assumed. */
export function placeOf(
  of: Lookup,
  draft: Draft,
): { readonly namespace: GoExpr; readonly name: GoExpr } {
  const { at, namespace, name } = of;
  if (at === 'hub') noteOutside(of, draft);
  const { need } = draft.compile;
  const isEmpty = namespace.op === 'const' && namespace.value === '';
  return {
    namespace: isEmpty && at === 'hub' ? text(draft.shared.hubNamespace) : need(namespace, draft),
    name: name === null ? text('') : need(name, draft),
  };
}

// Upstream's hub lets templates look into the policy's own namespace only (Rule 60).
function noteOutside({ namespace, name, kind, origin }: Lookup, { shared }: Draft): void {
  if (shared.restrictedTo === null || namespace.op !== 'const') return;
  const there = String(namespace.value);
  if (there === '' || there === shared.restrictedTo) return;
  const what = name?.op === 'const' ? String(name.value) : '…';
  shared.outside.push({ kind, name: what, namespace: there, origin });
}

/** A secret that names or decides something shows itself there (OCM4020). */
export function noLeak(expr: IrExpr | null, draft: Draft): void {
  if (expr === null || !readsSecret(expr)) return;
  draft.shared.leaks.push(originIn(expr) ?? { file: -1, span: { start: 0, end: 0 } });
}

/** The first place within an expression. */
export function originIn(
  expr: IrExpr,
): NonNullable<Extract<IrExpr, { op: 'call' }>['origin']> | null {
  return 'origin' in expr && expr.origin !== undefined ? expr.origin : null;
}

function selectorsOf(labels: IrExpr, draft: Draft): readonly GoExpr[] {
  const { need } = draft.compile;
  if (labels.op === 'const' && labels.value !== null && typeof labels.value === 'object') {
    return Object.entries(labels.value).map(([key, value]) => text(`${key}=${String(value)}`));
  }
  if (labels.op === 'record' && labels.items.every((item) => item.item === 'field')) {
    return labels.items.map((item) => {
      const value = item.item === 'field' ? need(item.value, draft) : text('');
      const key = item.item === 'field' ? item.key : '';
      return call('printf', text(`${key.replaceAll('%', '%%')}=%s`), value);
    });
  }
  refuse('labels that are not written out', originIn(labels) ?? undefined, draft);
  return [];
}

/** A list of objects. */
export function listedObjects(of: Lookup, draft: Draft): Maybe {
  return sure(call('dig', text('items'), call('list'), lookedUp(of, draft)));
}

/** An object, which has to be there. */
export function foundObject(of: Lookup, draft: Draft): Maybe {
  const found = declare(lookedUp(of, draft), draft);
  return {
    value: found,
    present: call('gt', call('len', found), number(0n)),
    missing: failure(of, null, null, draft),
  };
}

/** The data of a ConfigMap that has to be there. */
export function foundData(of: Lookup, draft: Draft): Maybe {
  const { value: found, present, missing } = foundObject(of, draft);
  return { value: call('dig', text('data'), call('dict'), found), present, missing };
}

/** The text of a key as its type. `default` is what holds where it is not there, if that is a constant text. */
export function readKey({ of, key, as }: LookupRead, draft: Draft): Maybe {
  noLeak(key, draft);
  const at = keep(draft.compile.need(key, draft), draft);
  const found = lookedUp(of, draft);
  const missing = failure(of, at, as, draft);
  const decoded = (value: GoExpr): GoExpr => (of.kind === 'Secret' ? call('b64dec', value) : value);
  if (as === 'string') {
    const data = declare(call('dig', text('data'), call('dict'), found), draft);
    return { value: decoded(call('index', data, at)), present: call('hasKey', data, at), missing };
  }
  // No type but string has an empty text.
  const written = decoded(call('dig', text('data'), at, text(''), found));
  const { value, parses } = parsed(as, written, draft);
  return { value, present: parses, missing };
}

/** What is said where a lookup fails: what was looked for, and where (Rule 31). */
function failure(of: Lookup, key: GoExpr | null, as: string | null, draft: Draft): GoExpr {
  const { namespace, name } = placeOf(of, draft);
  const what =
    as === null || as === 'string' ? 'key' : `${/^[aeiou]/.test(as) ? 'an' : 'a'} ${as} at key`;
  const parts: GoExpr[] = [];
  let pattern = 'LookupFailed: ';
  if (key !== null) {
    pattern += as === 'string' ? `no ${what} %s in ` : `not ${what} %s in `;
    parts.push(key);
  }
  pattern += key === null ? `no ${of.kind} ` : `${of.kind} `;
  if (namespace.go !== 'text' || namespace.value !== '') {
    pattern += '%s/';
    parts.push(namespace);
  }
  pattern += of.at === 'hub' ? '%s on the hub' : '%s on the cluster';
  parts.push(name);
  return formatted(pattern, parts);
}

/** `printf`, with what is constant put in. */
export function formatted(pattern: string, parts: readonly GoExpr[]): GoExpr {
  const pieces = pattern.split('%s');
  let written = pieces[0] ?? '';
  const left: GoExpr[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.go === 'text') written += part.value.replaceAll('%', '%%');
    else {
      written += '%s';
      left.push(part);
    }
    written += pieces[index + 1] ?? '';
  }
  return left.length === 0
    ? text(written.replaceAll('%%', '%'))
    : call('printf', text(written), ...left);
}

/** The value of a claim of the cluster. */
export function claimValue(name: IrExpr, draft: Draft): Maybe {
  const of = draft.compile.need(name, draft);
  const kind = [text('cluster.open-cluster-management.io/v1alpha1'), text('ClusterClaim')];
  const found = call('lookup', ...kind, text(''), of);
  const value = declare(call('dig', text('spec'), text('value'), nil, found), draft);
  const missing = formatted('LookupFailed: no ClusterClaim %s on the cluster', [of]);
  return { value, present: both(call('kindIs', text('string'), value)), missing };
}

/** A lookup as upstream writes it by hand: what is not there becomes an empty text or 0. */
export function plainRead({ of, key }: Pick<LookupRead, 'of' | 'key'>, draft: Draft): GoExpr {
  const at = draft.compile.need(key, draft);
  const { namespace, name } = placeOf(of, draft);
  if (of.kind !== 'Secret') return call('fromConfigMap', namespace, name, at);
  // On the hub `fromSecret` gives what is encrypted already.
  const found = call('lookup', text('v1'), text('Secret'), namespace, name);
  return call('b64dec', call('dig', text('data'), at, text(''), found));
}
