import type { Span } from '../../base/span.ts';
import { findBuiltInKind, type ObjectKind } from '../bind/kinds.ts';
import type { ModuleFile } from '../bind/program.ts';
import { problem } from '../diagnostics.ts';
import type { BodyNode, Expr, ItemNode, PropertyNode } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { resolveKind } from './kinds.ts';
import { fieldsOf, listOf } from './known.ts';
import { complain, type Session } from './session.ts';
import { schemaType } from './type-node.ts';
import { broken, isBroken, type Typed } from './typed.ts';

/** What a policy or template waits for (language.md §9.2): policies of the program, or records `{ Kind: name, is: … }`. */
export const dependenciesType = '[Dependency]';
/** Fields of such a record that are no kind. */
const fieldNames: ReadonlySet<string> = new Set(['is', 'namespace']);

/** Types a list of dependencies; in a record the name of an object may be a bare word, as in a label. */
export function elaborateDependencies(expr: Expr, context: Context, session: Session): Typed {
  const plain = expr.kind === 'list' ? { ...expr, elements: expr.elements.map(withName) } : expr;
  // The field has a namespace (Rule 23).
  const inside: Context = { ...context, acrossNamespaces: true };
  const typed = session.elaborate(plain, schemaType(dependenciesType), inside);
  const records = plain.kind === 'list' ? plain.elements.filter(isBody) : [];
  const sound = records.map((record) => checkRecord(record, context, session));
  if (!sound.every(Boolean) || isBroken(typed)) return broken;
  return areNamed(typed, expr.span, context, session) ? typed : broken;
}

/** The same of records that are not written here, but come from a `let`, a spread or a loop. */
function areNamed(typed: Typed, span: Span, context: Context, session: Session): boolean {
  const records = (listOf(typed) ?? []).flatMap((value) => fieldsOf(value) ?? []);
  return records.every((record) => {
    const kinds = [...record.keys()].filter((key) => !fieldNames.has(key));
    if ((record.get('namespace') ?? '') !== '' && kinds.some(isTemplate)) {
      return refuseNamespace(kinds[0] ?? '', span, context, session);
    }
    const [kind, ...more] = kinds;
    if (kind === undefined || more.length > 0) {
      const params = {
        expected: 'one kind with a name',
        found: `\`{ ${[...record.keys()].join(', ')} }\``,
      };
      complain(session, context, problem('OCM2004', span, params));
      return false;
    }
    return (
      kindOfDependency(kind, context.file, session) !== null ||
      resolveKind(kind, span, context, session) !== null
    );
  });
}

function isBody(element: { readonly kind: string }): element is BodyNode {
  return element.kind === 'body';
}

function withName<T extends { readonly kind: string }>(element: T): T {
  if (!isBody(element)) return element;
  return { ...element, items: element.items.map(quoted) };
}

function quoted(item: ItemNode): ItemNode {
  if (item.kind !== 'property' || item.value.kind !== 'name' || fieldNames.has(wordOf(item))) {
    return item;
  }
  const { span, name } = item.value;
  return { ...item, value: { kind: 'string', span, parts: [name.text] } };
}

function wordOf({ key }: PropertyNode): string {
  return key.kind === 'word' ? key.text : key.parts.join('');
}

function checkRecord(record: BodyNode, context: Context, session: Session): boolean {
  const properties = record.items.filter((item) => item.kind === 'property');
  const [kind, ...more] = properties.filter((item) => !fieldNames.has(wordOf(item)));
  if (kind === undefined) {
    const help = ['say of what kind and name: `{ OperatorPolicy: name, is: Compliant }`'];
    const params = { block: 'a dependency', key: 'a kind' };
    complain(session, context, problem('OCM2029', record.span, params, { help }));
    return false;
  }
  for (const other of more) {
    const params = { word: wordOf(other), where: 'a dependency' };
    const help = ['one dependency is one object'];
    complain(session, context, problem('OCM2002', other.key.span, params, { help }));
  }
  const namespace = properties.find((item) => wordOf(item) === 'namespace');
  if (namespace !== undefined && !isEmpty(namespace.value) && isTemplate(wordOf(kind))) {
    return refuseNamespace(wordOf(kind), namespace.key.span, context, session);
  }
  const found = resolveKind(wordOf(kind), kind.key.span, context, session);
  return found !== null && more.length === 0;
}

function isEmpty(expr: Expr): boolean {
  return expr.kind === 'string' && expr.parts.every((part) => part === '');
}

// On a cluster templates share one namespace, and the API takes no other.
function isTemplate(kind: string): boolean {
  return kind === 'ConfigurationPolicy' || kind === 'CertificatePolicy';
}

function refuseNamespace(kind: string, span: Span, context: Context, session: Session): false {
  const params = { word: 'namespace', where: `a dependency on a ${kind}` };
  const help = ['templates are in the namespace of their cluster: leave it out'];
  complain(session, context, problem('OCM2002', span, params, { help }));
  return false;
}

/** The kind a dependency names; null where there is none of that name. */
export function kindOfDependency(
  name: string,
  { module }: ModuleFile,
  session: Session,
): ObjectKind | null {
  const symbol = module.values.get(name);
  if (symbol?.symbol === 'kind') return session.kindOf(symbol);
  const found = findBuiltInKind(name);
  return found !== null && 'kind' in found ? found.kind : null;
}
