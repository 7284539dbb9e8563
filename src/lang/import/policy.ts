import type { JsonObject } from '../../base/json.ts';
import { isUpstream, lowerTemplate } from '../../ir/lower/policy-template.ts';
import type { IrPolicy, IrPolicyTemplate } from '../../ir/program.ts';
import { templateKey } from '../../ir/template-kinds.ts';
import { refKey } from '../../kube/object.ts';
import { policyKind } from '../../kube/ocm/policy.ts';
import type { PrintContext, Rung } from './context.ts';
import { printManifest } from './manifest.ts';
import { metaEntries } from './meta.ts';
import { namespacesValue, nothingShared, type Shared, sharedBy } from './policy-parts.ts';
import { implicitObjects, printTemplate } from './policy-template.ts';
import {
  bindingNotes,
  dependenciesEntry,
  docOf,
  refsEntry,
  templateNotes,
} from './policy-words.ts';
import { nameText, stringText } from './text.ts';
import { type Entry, entry, list, record, type Source, type Value, within } from './tree.ts';
import type { ValueStyle } from './value.ts';

/** How a policy is printed: how far down the ladder, and with expressions for templates or without. */
export interface PolicyStyle {
  readonly rung: Rung;
  readonly raise: ValueStyle['raise'] | null;
}

/** A Policy; null where a kind in it has no name in the language. */
export function printPolicy(
  decl: IrPolicy,
  context: PrintContext,
  { rung, raise }: PolicyStyle,
): Entry | null {
  const style: ValueStyle = {
    templates: rung === 'construct' || rung === 'fences' || rung === 'untyped',
    short: rung === 'construct',
  };
  const { group, kind } = policyKind;
  const source = context.sourceOf(
    refKey({ group, kind, namespace: decl.namespace, name: decl.name }),
  );
  const spec = within(source, 'spec');
  const shared = rung === 'templates' ? nothingShared : sharedBy(decl);
  const templates = templateEntries(decl, shared, {
    context,
    style,
    raise,
    source: spec,
    whole: rung === 'templates',
  });
  if (templates === null) return null;
  const after = dependenciesEntry(decl.after, within(spec, 'dependencies'), context);
  if (after === null) return null;
  const doc = docOf(decl.description);
  const annotations = annotationsBesides(decl, doc);
  const body = record(
    refsEntry('on', decl.on),
    refsEntry('enforce', decl.enforceOn),
    decl.remediation === null
      ? null
      : entry('mode:', decl.remediation, { source: within(spec, 'remediationAction') }),
    shared.severity === null ? null : entry('severity:', shared.severity),
    controlsEntry(decl, within(source, 'metadata', 'annotations')),
    shared.namespaces === null ? null : entry('namespaces:', namespacesValue(shared.namespaces)),
    after ?? null,
    decl.disabled ? entry('disabled:', 'true', { source: within(spec, 'disabled') }) : null,
    decl.hubServiceAccount === undefined
      ? null
      : entry('hubServiceAccount:', stringText(decl.hubServiceAccount), {
          source: within(spec, 'hubTemplateOptions'),
        }),
    decl.copyMetadata === undefined
      ? null
      : entry('copyMetadata:', String(decl.copyMetadata), {
          source: within(spec, 'copyPolicyMetadata'),
        }),
    metaEntries(annotations, source, style),
    templates,
  );
  const notes = bindingNotes(decl.bindingNames ?? []);
  return entry(`policy ${nameText(decl.name)}`, body, {
    source,
    doc: doc ?? [],
    notes,
    block: true,
  });
}

interface Printing {
  readonly context: PrintContext;
  readonly style: ValueStyle;
  readonly raise: PolicyStyle['raise'];
  readonly source: Source | null;
  /** Print templates as the objects they are. */
  readonly whole: boolean;
}

function templateEntries(
  decl: IrPolicy,
  shared: Shared,
  { context, style, raise, source, whole }: Printing,
): readonly Entry[] | null {
  const entries: Entry[] = [];
  for (const [index, template] of decl.templates.entries()) {
    const at = within(source, 'policy-templates', index);
    const isTwice = context.isTwice(templateKey(template));
    const printing = { context, style, raise, source: at, shared };
    const implicit = whole || isTwice ? null : implicitObjects(decl, template, printing);
    if (implicit !== null) {
      entries.push(...implicit);
      continue;
    }
    const made = whole
      ? printObjectTemplate(template, decl.severity, printing)
      : printTemplate(template, printing);
    if (made === null) return null;
    entries.push(isTwice ? { ...made, notes: ['@imported', ...made.notes] } : made);
  }
  return entries;
}

/** A template of any kind as the object it is; null where that has no form either. */
function printObjectTemplate(
  template: IrPolicyTemplate,
  severity: string | null,
  { context, style, source }: Pick<Printing, 'context' | 'style' | 'source'>,
): Entry | null {
  if (!isUpstream(template)) return null;
  const object: JsonObject = lowerTemplate(template, severity);
  const notes = templateNotes(template, context);
  if (notes === null) return null;
  return printManifest(
    'template',
    object,
    { source: within(source, 'objectDefinition'), context },
    {
      ...style,
      notes,
    },
  );
}

function controlsEntry(
  { standards, categories, controls }: IrPolicy,
  source: Source | null,
): Entry | null {
  const said = (key: string, texts: readonly string[]): Entry | null => {
    const [only] = texts;
    const at = within(source, `policy.open-cluster-management.io/${annotationOf[key]}`);
    if (only === undefined) return null;
    const value: Value = texts.length === 1 ? stringText(only) : list(texts.map(stringText));
    return entry(`${key}:`, value, { source: at });
  };
  const fields = record(
    said('standard', standards),
    said('category', categories),
    said('control', controls),
  );
  return fields.entries.length === 0 ? null : entry('controls:', fields, { source });
}

const annotationOf: Readonly<Record<string, string>> = {
  standard: 'standards',
  category: 'categories',
  control: 'controls',
};

function annotationsBesides(decl: IrPolicy, doc: readonly string[] | null): IrPolicy {
  const { description } = decl;
  if (description === null || doc !== null) return decl;
  const key = 'policy.open-cluster-management.io/description';
  return { ...decl, annotations: { ...decl.annotations, [key]: description } };
}
