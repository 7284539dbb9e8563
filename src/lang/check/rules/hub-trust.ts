import type { Span } from '../../../base/span.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import { operandsOf } from '../../../ir/operands.ts';
import { assertedBy } from '../../../ir/trust.ts';
import { problem } from '../../diagnostics.ts';
import { type Fields, toJson } from '../../fold/value.ts';
import { type Around, blocksOf, type Checked } from '../checked.ts';
import { fieldsOf, knownValue, listOf, textOf } from '../known.ts';
import type { Session } from '../session.ts';
import type { Typed } from '../typed.ts';
import { placeOfAtom } from './atoms.ts';
import { type BlockRule, reportOn, valueSpan } from './rule.ts';

/** OCM2040: what agents say of themselves, where the placement trusts the hub only. */
export const hubTrust: BlockRule<'placement'> = (placement, session, program) => {
  if (textOf(placement.values.trust) !== 'hub') return;
  checkWhere(placement, placement.values.where, program, session);
  for (const group of blocksOf(placement.children, 'group')) {
    checkWhere(group, group.values.where, program, session);
  }
  for (const { key, said } of [...claimedScores(placement), ...claimedTopologies(placement)]) {
    report(placement, valueSpan(placement, key), said, session);
  }
};

function checkWhere(block: Checked, where: Typed | null, program: Around, session: Session): void {
  if (where === null || where.known) return;
  for (const atom of claimedIn(where.ir)) {
    const { span, text } = placeOfAtom(atom, block, 'where', program);
    report(block, span, atom.op === 'cel' ? 'what this CEL reads' : `\`${text}\``, session);
  }
}

function report(block: Checked, span: Span, atom: string, session: Session): void {
  const help = [
    "claims, status and scores are the agent's, labels and taints the hub's; let the hub label its clusters, or leave out `trust: hub`",
  ];
  reportOn(block, problem('OCM2040', span, { atom }, { help }), session);
}

/** The smallest parts of a condition that agents assert. */
function claimedIn(expr: IrExpr): readonly IrExpr[] {
  if (expr.op === 'and' || expr.op === 'or') return expr.args.flatMap(claimedIn);
  if (expr.op === 'not') return claimedIn(expr.arg);
  return isClaimed(expr) ? [expr] : [];
}

function isClaimed(expr: IrExpr): boolean {
  if (expr.op === 'attribute') return assertedBy(expr.source) === 'agent';
  // The engine looks at what CEL reads; here its words have to do.
  if (expr.op === 'cel') return /\b(status|scores)\b/.test(expr.source);
  if (expr.op === 'selector') return expr.over === 'claim';
  return operandsOf(expr).some(isClaimed);
}

interface Claimed {
  readonly key: 'prefer' | 'spread';
  readonly said: string;
}

const resources: ReadonlyMap<string, string> = new Map([
  ['BuiltIn/ResourceAllocatableCPU', 'allocatableCPU'],
  ['BuiltIn/ResourceAllocatableMemory', 'allocatableMemory'],
]);

function claimedScores({ values }: Checked<'placement'>): readonly Claimed[] {
  const terms = fieldsOf(knownValue(values.prefer))?.get('terms') ?? [];
  return (terms as readonly Fields[]).flatMap((term): Claimed[] => {
    const computed = term.get('expr');
    if (computed !== undefined) {
      const isAgents = isClaimed(toJson(computed) as unknown as IrExpr);
      return isAgents ? [{ key: 'prefer', said: 'what `prefer` computes' }] : [];
    }
    const score = String(term.get('score'));
    const said = score.startsWith('AddOn/') ? score.slice('AddOn/'.length) : resources.get(score);
    return said === undefined ? [] : [{ key: 'prefer', said: `the score \`${said}\`` }];
  });
}

function claimedTopologies({ values }: Checked<'placement'>): readonly Claimed[] {
  return (listOf(values.spread) ?? []).flatMap((constraint): Claimed[] => {
    const over = fieldsOf(fieldsOf(constraint)?.get('over'));
    return over?.get('from') === 'claim'
      ? [{ key: 'spread', said: `the claim \`${String(over.get('key'))}\`` }]
      : [];
  });
}
