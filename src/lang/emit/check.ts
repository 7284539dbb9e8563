import type { IrExpr } from '../../ir/expr.ts';
import { admissionTemplate } from '../../ir/lower/admission.ts';
import { objectCel } from '../../ir/lower/predicate/object-cel.ts';
import type { IrCheckTemplate, IrEach, IrNamespaceSelector } from '../../ir/program.ts';
import type { Checked } from '../check/checked.ts';
import { fieldsOf, kindOf, knownValue, textOf } from '../check/known.ts';
import { reportOn, valueSpan } from '../check/rules/rule.ts';
import type { Session } from '../check/session.ts';
import { irOf, type Typed } from '../check/typed.ts';
import { problem } from '../diagnostics.ts';
import { originOf } from './context.ts';
import { selectorOf } from './policy-values.ts';

type ObjectCheck = Checked<'check' | 'rego'>;

/** A native rule; null where something was reported. */
export function emitCheck(
  block: Checked<'check'>,
  policy: Checked<'policy'>,
  session: Session,
): IrCheckTemplate | null {
  const { where, require, via } = block.values;
  const each = eachOf(block);
  if (each === null || require === null) return null;
  const template: IrCheckTemplate = {
    template: 'check',
    ...commonOf(block, policy, each),
    where: where === null ? null : irOf(where),
    require: irOf(require),
    via: textOf(via) === 'admission' ? 'admission' : 'engine',
  };
  if (template.via === 'admission') refuseUnsayable(block, policy, template, session);
  return template;
}

/** What a native rule and one in Rego have in common. */
export function commonOf(block: ObjectCheck, policy: Checked<'policy'>, each: IrEach) {
  const { severity, message } = block.values;
  return {
    name: block.name,
    origin: originOf(block),
    severity: textOf(severity) ?? textOf(policy.values.severity) ?? null,
    each,
    namespaceSelector: namespacesOf(block, policy),
    message: message === null ? null : irOf(message),
  };
}

/** The kind of the objects that are looked at; null where it was reported. */
export function eachOf({ values }: ObjectCheck): IrEach | null {
  const kind = kindOf(knownValue(values.each));
  if (kind === undefined) return null;
  const { group, version, namespaced } = kind;
  return { group, version, kind: kind.kind, namespaced };
}

function namespacesOf(
  { values }: ObjectCheck,
  policy: Checked<'policy'>,
): IrNamespaceSelector | null {
  const selector = fieldsOf(knownValue(values.namespaces ?? policy.values.namespaces));
  return selector === undefined ? null : selectorOf(selector);
}

const anything: IrExpr = { op: 'const', type: 'bool', value: true };

/** OCM3001 where a rule has no form in the CEL of an API server. */
function refuseUnsayable(
  block: Checked<'check'>,
  policy: Checked<'policy'>,
  template: IrCheckTemplate,
  session: Session,
): void {
  const { where, require } = template;
  const help = ['`via: engine` judges it by our engine'];
  const refuse = (key: 'where' | 'require', typed: Typed | null, expr: IrExpr | null): void => {
    if (typed === null || expr === null) return;
    const cel = objectCel(expr);
    if (!('unsayable' in cel)) return;
    const params = { atom: cel.unsayable.replaceAll('`', '') };
    reportOn(block, problem('OCM3001', valueSpan(block, key), params, { help }), session);
  };
  refuse('where', block.values.where, where);
  refuse('require', block.values.require, require);
  const plain = { ...template, where: null, require: anything };
  if (admissionTemplate(plain, { deny: false }) !== null) return;
  const said = block.values.namespaces === null ? policy : block;
  const params = { atom: 'namespaces' };
  reportOn(said, problem('OCM3001', valueSpan(said, 'namespaces'), params, { help }), session);
}
