import type { IrExpr } from '../../../ir/expr.ts';
import { lookupOf, readOf, readsSecret } from '../../../ir/lookup.ts';
import { partsOf } from '../../../ir/operands.ts';
import { problem } from '../../diagnostics.ts';
import { carrierOf } from '../carrier.ts';
import { blocksOf } from '../checked.ts';
import { placeOfAtom } from './atoms.ts';
import { type BlockRule, reportOn } from './rule.ts';

/**
 * OCM4020 in the manifests of apps: a secret in the metadata of an object, or where it names or decides something. In
 * policies it is found while templates are written.
 */
export const secrets: BlockRule<'app'> = (app, session, program) => {
  if (carrierOf(app) !== 'works') return;
  for (const block of blocksOf(app.children, 'resource')) {
    if (block.manifest === null || block.manifest.known) continue;
    for (const leak of [...inMetadata(block.manifest.ir), ...deciding(block.manifest.ir)]) {
      const { span } = placeOfAtom(secretIn(leak) ?? leak, block, '', program);
      const help = ['a secret is the value of a field of the object, outside its metadata'];
      reportOn(block, problem('OCM4020', span, {}, { help }), session);
    }
  }
};

function inMetadata(expr: IrExpr): readonly IrExpr[] {
  if (expr.op !== 'record') return [];
  return expr.items.flatMap((item) =>
    item.item === 'field' && item.key === 'metadata' && readsSecret(item.value) ? [item.value] : [],
  );
}

/** Tests, keys and names that read a secret, at any depth. */
function deciding(expr: IrExpr): readonly IrExpr[] {
  return [...decidersOf(expr).filter(readsSecret), ...partsOf(expr).flatMap(deciding)];
}

function decidersOf(expr: IrExpr): readonly IrExpr[] {
  const read = readOf(expr);
  if (read !== null) return [read.key];
  const lookup = lookupOf(expr);
  if (lookup !== null) {
    return [lookup.namespace, lookup.name, lookup.labels].filter((part) => part !== null);
  }
  if (expr.op === 'if') return [expr.test];
  if (expr.op === 'index') return [expr.at];
  if (expr.op !== 'list' && expr.op !== 'record') return [];
  return expr.items.flatMap((item) =>
    (item.item === 'if' || item.item === 'for') && item.test !== null ? [item.test] : [],
  );
}

/** The innermost lookup of a Secret: where it is written. */
function secretIn(expr: IrExpr): IrExpr | null {
  for (const part of partsOf(expr)) {
    const found = secretIn(part);
    if (found !== null) return found;
  }
  return readsSecret(expr) && lookupOf(expr) !== null ? expr : null;
}
