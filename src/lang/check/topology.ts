import { problem } from '../diagnostics.ts';
import type { Expr } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { complain, type Session } from './session.ts';
import { type Type, typeText } from './type.ts';
import { broken, isBroken, known, type Typed } from './typed.ts';

/** The type of what clusters can be spread over: an attribute that is a label or a claim. */
export const topologyType: Type = { is: 'topology' };

/** `cluster.region` in `spread`: the label or claim itself, not its value. Its value is a record `{ key, from }`. */
export function elaborateTopology(expr: Expr, context: Context, session: Session): Typed {
  const typed = session.elaborate(expr, null, { ...context, cluster: true });
  if (isBroken(typed)) return broken;
  if (!typed.known && typed.ir.op === 'attribute') {
    const { source } = typed.ir;
    if (source.from === 'label' || source.from === 'claim') {
      return known(
        topologyType,
        new Map([
          ['key', source.key],
          ['from', source.from],
        ]),
      );
    }
  }
  const params = { expected: typeText(topologyType), found: typeText(typed.type) };
  const help = [
    'upstream spreads over labels and claims: `cluster.region`, `cluster.labels["zone"]`',
  ];
  return complain(session, context, problem('OCM2004', expr.span, params, { help }));
}
