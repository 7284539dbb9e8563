import type { IrBindingName, IrPolicy, IrPolicyTemplate } from '../../ir/program.ts';
import type { Checked } from '../check/checked.ts';
import { blockOf, boolOf, fieldsOf, knownValue, listOf, textOf } from '../check/known.ts';
import type { Typed } from '../check/typed.ts';
import { type EmitContext, originOf } from './context.ts';
import { metaOf } from './meta.ts';
import { emitTemplate } from './policy-template.ts';
import { dependenciesOf, selectorOf, textsOf } from './policy-values.ts';
import { emitObjects, type TemplateContext } from './template/objects.ts';

/** A policy with its templates, by Rules 42 to 47. */
export function emitPolicy(block: Checked<'policy'>, context: EmitContext): readonly IrPolicy[] {
  const { values } = block;
  const { session } = context;
  const mode = textOf(values.mode);
  const controls = fieldsOf(knownValue(values.controls));
  const after = dependenciesOf(values.after, block, session);
  const account = textOf(values.hubServiceAccount);
  const copyMetadata = boolOf(values.copyMetadata);
  const names = bindingNamesOf(block);
  const policy: IrPolicy = {
    kind: 'policy',
    ...metaOf(block),
    on: placementsOf(values.on),
    enforceOn: placementsOf(values.enforce),
    ...(names.length === 0 ? {} : { bindingNames: names }),
    remediation: mode === 'inform' || mode === 'enforce' ? mode : null,
    disabled: boolOf(values.disabled) ?? false,
    severity: textOf(values.severity) ?? null,
    standards: textsOf(controls?.get('standard')),
    categories: textsOf(controls?.get('category')),
    controls: textsOf(controls?.get('control')),
    description: block.shaped.doc,
    ...(after === undefined ? {} : { after }),
    ...(account === undefined ? {} : { hubServiceAccount: account }),
    ...(copyMetadata === undefined ? {} : { copyMetadata }),
    templates: templatesOf(block, context),
  };
  return [policy];
}

/** Names of the placements a list refers to. */
export function placementsOf(typed: Typed | null): readonly string[] {
  return (listOf(typed) ?? []).flatMap((value) => blockOf(value)?.objectName ?? []);
}

/** What `@binding` says: of the binding of `on`, and of that of `enforce` where the placement is only there. */
export function bindingNamesOf({ noted, values }: Checked<'policy' | 'policyset'>) {
  const on = placementsOf(values.on);
  return noted.bindings.map(
    ({ placement, name }): IrBindingName => ({
      placement: placement.objectName,
      enforce: !on.includes(placement.objectName),
      name,
    }),
  );
}

/** `musthave` and its kin right in a policy make one template, named as the policy (Rule 45), where the first stands. */
function templatesOf(
  block: Checked<'policy'>,
  context: TemplateContext,
): readonly IrPolicyTemplate[] {
  const objects = emitObjects(block.children, block, context);
  const selector = fieldsOf(knownValue(block.values.namespaces));
  const implicit: IrPolicyTemplate = {
    template: 'config',
    name: block.name,
    origin: originOf(block),
    severity: textOf(block.values.severity) ?? null,
    namespaceSelector: selector === undefined ? null : selectorOf(selector),
    ...objects,
  };
  const templates: IrPolicyTemplate[] = [];
  let isThere = objects.objects.length === 0 && objects.objectsRaw === undefined;
  for (const child of block.children) {
    const template = emitTemplate(child, block, context);
    if (template !== null) templates.push(template);
    else if (!isThere) {
      templates.push(implicit);
      isThere = true;
    }
  }
  return templates;
}
