import type { IrBindingName, IrDependency, IrPolicyTemplate } from '../../ir/program.ts';
import { apiVersionOf } from '../../kube/object.ts';
import { policyKind } from '../../kube/ocm/policy.ts';
import type { PrintContext } from './context.ts';
import { nameText, stringText } from './text.ts';
import { type Entry, entry, list, type Source } from './tree.ts';

/** What a `template` says by notes that other templates say by keys. */
export function templateNotes(
  { after, ignorePending }: IrPolicyTemplate,
  context: PrintContext,
): readonly string[] | null {
  const notes: string[] = [];
  if (after !== undefined) {
    const texts = after.map((each) => dependencyText(each, context));
    if (texts.includes(null)) return null;
    notes.push(`@after([${texts.join(', ')}])`);
  }
  if (ignorePending === true) notes.push('@ignorePending');
  if (ignorePending === false) notes.push('@ignorePending(false)');
  return notes;
}

/** `after: […]`; undefined in the list is none, null where a kind has no name. */
export function dependenciesEntry(
  after: readonly IrDependency[] | undefined,
  source: Source | null,
  context: PrintContext,
): Entry | null | undefined {
  if (after === undefined) return undefined;
  const items: string[] = [];
  for (const each of after) {
    const text = dependencyText(each, context);
    if (text === null) return null;
    items.push(text);
  }
  return entry('after:', list(items), { source });
}

function dependencyText(
  { apiVersion, kind, name, namespace, compliance }: IrDependency,
  context: PrintContext,
): string | null {
  const isPolicy = apiVersion === apiVersionOf(policyKind) && kind === policyKind.kind;
  const isPlain = isPolicy && namespace === undefined && compliance === 'Compliant';
  if (isPlain && context.declares('policy', name)) return nameText(name);
  const word = context.kinds.nameOf(apiVersion, kind);
  if (word === null) return null;
  const more = namespace === undefined ? '' : `, namespace: ${stringText(namespace)}`;
  return `{ ${word}: ${stringText(name)}, is: ${compliance}${more} }`;
}

/** `on` and its like: names of declarations; nothing where there are none. */
export function refsEntry(key: string, names: readonly string[]): Entry | null {
  return names.length === 0 ? null : entry(`${key}:`, list(names.map(nameText)));
}

/** Notes for bindings that are not called as Rule 43 has it. */
export function bindingNotes(names: readonly IrBindingName[]): readonly string[] {
  return names.map(({ placement, enforce, name }) => {
    const more = enforce ? ', enforce: true' : '';
    return `@binding(${nameText(placement)}, name: ${stringText(name)}${more})`;
  });
}

/** The description as lines of a doc comment, which loses blanks at line ends and around the text; null where it would. */
export function docOf(description: string | null): readonly string[] | null {
  if (description === null) return null;
  const lines = description.split('\n');
  const isKept = lines.every((line) => !/\s$|[\r\u2028\u2029]/.test(line));
  return description !== '' && description === description.trim() && isKept ? lines : null;
}
