import { problem } from '../../diagnostics.ts';
import { secondary } from '../../place.ts';
import { blocksOf, type Checked, isOf } from '../checked.ts';
import { blockOf, referredName, textOf } from '../known.ts';
import { labelText } from '../labels.ts';
import { manifestNamespace } from '../manifest-namespace.ts';
import type { Session } from '../session.ts';
import { type BlockRule, nameSpan, type ProgramRule, reportOn } from './rule.ts';

/**
 * OCM2006: what would be written or asked for twice, so that one of the two silently lost: groups of a placement, objects of
 * an app, an add-on or a file, what an app tracks, where an add-on is installed, tests. (Rule 18 for blocks whose name is not theirs alone.)
 */
export const declaredTwice: ProgramRule = ({ blocks }, session) => {
  check(blocks, session);
  checkTests(blocksOf(blocks, 'test'), session);
};

/** Tests are told apart by their names, in reports and on the command line. */
function checkTests(tests: readonly Checked<'test'>[], session: Session): void {
  const first = new Map<string, Checked>();
  for (const test of tests) {
    const name = labelText(test.shaped.labels[0], test.context, session);
    const other = name === null ? undefined : first.get(name);
    if (name !== null && other === undefined) first.set(name, test);
    if (name !== null && other !== undefined) report(test, other, { sort: 'test', name }, session);
  }
}

/** The same of what is in a block. */
export const declaredTwiceWithin: BlockRule = ({ children }, session) => check(children, session);

function check(siblings: readonly Checked[], session: Session): void {
  const first = new Map<string, Checked>();
  for (const block of siblings) {
    const key = identityOf(block);
    if (key === null) continue;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, block);
      continue;
    }
    if (isSameName(block, other)) continue;
    const name = referredName(block.reference ?? undefined) ?? block.name;
    report(block, other, { sort: sortOf(block), name }, session);
  }
}

function report(
  block: Checked,
  other: Checked,
  params: { readonly sort: string; readonly name: string },
  session: Session,
): void {
  const at = secondary(other.shaped.place, nameSpan(other), 'first declared here');
  reportOn(block, problem('OCM2006', nameSpan(block), params, { secondary: [at] }), session);
}

/** A plain name in a loop: that is OCM2014. */
function isSameName({ shaped }: Checked, other: Checked): boolean {
  const label = shaped.labels.at(-1);
  return label?.kind === 'path' && label === other.shaped.labels.at(-1);
}

function sortOf({ construct, kind }: Checked): string {
  return construct === 'resource' || construct === 'track'
    ? `${construct} ${kind?.kind ?? ''}`
    : construct;
}

/** What must not be there twice among siblings; null where that is not known, or several are meant. */
function identityOf(block: Checked): string | null {
  const { construct, name, kind, reference } = block;
  if (construct === 'install') {
    const placement = blockOf(reference ?? undefined);
    return placement === undefined ? null : `install/${placement.namespace}/${placement.name}`;
  }
  if (name === '') return null;
  if (construct === 'group') return `group/${name}`;
  const namespace = namespaceOf(block);
  if (kind === null || namespace === null) return null;
  return `${construct}/${kind.group}/${kind.version}/${kind.kind}/${namespace}/${name}`;
}

function namespaceOf(block: Checked): string | null {
  if (isOf(block, 'track')) {
    const { namespace } = block.values;
    return namespace === null ? '' : (textOf(namespace) ?? null);
  }
  const { construct, manifest, kind, context } = block;
  if (construct !== 'resource' || manifest === null) return null;
  const written = manifestNamespace(manifest);
  if (written !== null) return written;
  if (kind?.namespaced === false) return '';
  return manifest.known ? context.namespace : null;
}
