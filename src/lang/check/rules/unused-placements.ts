import type { BlockSymbol } from '../../bind/program.ts';
import { problem } from '../../diagnostics.ts';
import { isFields, isList, isReference, type Value } from '../../fold/value.ts';
import type { Construct } from '../../schema/constructs.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { blockOf, knownValue } from '../known.ts';
import type { Typed } from '../typed.ts';
import { nameSpan, type ProgramRule, reportOn } from './rule.ts';

// A module of none of these is there for others to import, or for what only reads PlacementDecisions.
const users: ReadonlySet<Construct> = new Set(['policy', 'policyset', 'app', 'addon', 'test']);

/**
 * OCM4008: a placement that nothing of a program with policies, apps, add-ons or tests refers to (§13, A6). Runs after
 * the tests were checked: until then nobody knows what they ask about.
 */
export const unusedPlacements: ProgramRule = ({ blocks }, session) => {
  if (!blocks.some(({ construct }) => users.has(construct))) return;
  const placements = blocksOf(blocks, 'placement');
  if (placements.length === 0) return;
  const used = new Set<unknown>();
  for (const { to } of session.references) if ('block' in to) used.add(to.block);
  for (const block of blocks) noteUses(block, used);
  for (const placement of placements) {
    if (used.has(placement.shaped)) continue;
    const { name } = placement;
    const help = [`place something there: \`on: [${name}]\`, or take \`${name}\` out`];
    reportOn(placement, problem('OCM4008', nameSpan(placement), { name }, { help }), session);
  }
};

/** What the values of a block refer to: a function may have made them, whose words are noted nowhere. */
function noteUses(block: Checked, used: Set<unknown>): void {
  const note = (symbol: BlockSymbol | undefined) => symbol !== undefined && used.add(symbol.block);
  const walk = (value: Value | null | undefined): void => {
    if (value === undefined || value === null || typeof value !== 'object') return;
    if (isReference(value)) note(blockOf(value));
    else if (isList(value)) for (const each of value) walk(each);
    else if (isFields(value)) for (const each of value.values()) walk(each);
  };
  const values = Object.values(block.values as Readonly<Record<string, Typed | null>>);
  for (const typed of values) walk(knownValue(typed));
  walk(block.reference);
  for (const child of block.children) noteUses(child, used);
}
