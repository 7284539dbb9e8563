import type { Json } from '../../base/json.ts';
import type {
  IrCertificateTemplate,
  IrConfigTemplate,
  IrObjectTemplate,
  IrOperatorTemplate,
  IrPolicy,
  IrPolicyTemplate,
} from '../../ir/program.ts';
import type { PrintContext } from './context.ts';
import { durationText } from './duration.ts';
import { printManifest } from './manifest.ts';
import { metaEntries } from './meta.ts';
import { isShared, namespacesValue, type Shared } from './policy-parts.ts';
import { dependenciesEntry, templateNotes } from './policy-words.ts';
import { nameText, stringText } from './text.ts';
import { type Entry, entry, list, record, type Source, type Value, within } from './tree.ts';
import { jsonRecord, textValue, type ValueStyle } from './value.ts';

/** Where and how a template is printed; the source is its entry of `policy-templates`. */
export interface TemplatePrinting {
  readonly context: PrintContext;
  readonly style: ValueStyle;
  /** For the objects of a ConfigurationPolicy: what else stays as it is. */
  readonly raise: ValueStyle['raise'] | null;
  readonly source: Source | null;
  readonly shared: Shared;
}

/**
 * The objects of a template that say no more than `musthave` right in the policy does (Rule 45): the only ConfigurationPolicy,
 * named as its policy. Null where it says more.
 */
export function implicitObjects(
  decl: IrPolicy,
  template: IrPolicyTemplate,
  printing: TemplatePrinting,
): readonly Entry[] | null {
  if (template.template !== 'config' || template.name !== decl.name) return null;
  const isOnly = decl.templates.filter((each) => each.template === 'config').length === 1;
  const said = configEntries(template, printing);
  if (!isOnly || said === null || said.length > 0 || template.objects.length === 0) return null;
  if (decl.templates[0] !== template) return null;
  return objectEntries(template, printing);
}

/** A template as its construct; null where a kind in it has no name. */
export function printTemplate(
  template: IrPolicyTemplate,
  printing: TemplatePrinting,
): Entry | null {
  switch (template.template) {
    case 'config':
      return printConfig(template, printing);
    case 'operator':
      return printOperator(template, printing);
    case 'certificate':
      return printCertificate(template, printing);
    case 'object': {
      const { context, style, source } = printing;
      const notes = templateNotes(template, context);
      const definition = within(source, 'objectDefinition');
      return (
        notes &&
        printManifest(
          'template',
          template.object,
          { source: definition, context },
          { ...style, notes },
        )
      );
    }
    // No upstream object holds one, so none is lifted.
    default:
      return null;
  }
}

function printConfig(template: IrConfigTemplate, printing: TemplatePrinting): Entry | null {
  const said = configEntries(template, printing);
  const objects = objectEntries(template, printing);
  if (said === null || objects === null) return null;
  return entry(`config ${nameText(template.name)}`, record(said, objects), {
    source: within(printing.source, 'objectDefinition'),
    block: true,
  });
}

/** The keys of a `config`, without its objects. */
function configEntries(
  template: IrConfigTemplate,
  printing: TemplatePrinting,
): readonly Entry[] | null {
  const { style, source, shared } = printing;
  const spec = within(source, 'objectDefinition', 'spec');
  const { namespaceSelector, prune, interval, message, objectsRaw } = template;
  const common = commonEntries(template, printing);
  if (common === null) return null;
  const times = timesEntry(interval, within(spec, 'evaluationInterval'));
  if (times === null) return null;
  return record(
    common,
    namespaceSelector === null || isShared(namespaceSelector, shared.namespaces)
      ? null
      : entry('namespaces:', namespacesValue(namespaceSelector), {
          source: within(spec, 'namespaceSelector'),
        }),
    prune === undefined
      ? null
      : entry('prune:', prune, { source: within(spec, 'pruneObjectBehavior') }),
    times ?? null,
    message === undefined
      ? null
      : entry('message:', messageValue(message, style), { source: within(spec, 'customMessage') }),
    metaEntries(
      template,
      within(source, 'objectDefinition'),
      style,
      objectsRaw === undefined ? {} : { spec: { 'object-templates-raw': objectsRaw } },
    ),
  ).entries;
}

type EngineTemplate = IrConfigTemplate | IrOperatorTemplate | IrCertificateTemplate;

/** What templates of upstream's own engines say alike. */
function commonEntries(
  { remediation, severity, after, ignorePending }: EngineTemplate,
  { context, source, shared }: TemplatePrinting,
): readonly Entry[] | null {
  const spec = within(source, 'objectDefinition', 'spec');
  const waits = dependenciesEntry(after, within(source, 'extraDependencies'), context);
  if (waits === null) return null;
  return record(
    remediation === undefined
      ? null
      : entry('mode:', remediation, {
          notes: ['@imported'],
          source: within(spec, 'remediationAction'),
        }),
    severity === null || isShared(severity, shared.severity)
      ? null
      : entry('severity:', severity, { source: within(spec, 'severity') }),
    waits ?? null,
    ignorePending === undefined
      ? null
      : entry('ignorePending:', String(ignorePending), { source: within(source, 'ignorePending') }),
  ).entries;
}

/** `every`; undefined where nothing is said, null where it cannot be. */
function timesEntry(
  interval: IrConfigTemplate['interval'],
  source: Source | null,
): Entry | null | undefined {
  if (interval === undefined) return undefined;
  const fields: Entry[] = [];
  for (const key of ['compliant', 'noncompliant'] as const) {
    const time = interval[key];
    if (time === undefined) continue;
    const text = time === 'watch' || time === 'never' ? time : durationText(time);
    if (text === null) return null;
    fields.push(entry(`${key}:`, text, { source: within(source, key) }));
  }
  return entry('every:', record(fields), { source });
}

function messageValue(
  { compliant, noncompliant }: NonNullable<IrConfigTemplate['message']>,
  style: ValueStyle,
): Value {
  return record(
    compliant === undefined ? null : entry('compliant:', textValue(compliant, style)),
    noncompliant === undefined ? null : entry('noncompliant:', textValue(noncompliant, style)),
  );
}

function objectEntries(
  { objects }: IrConfigTemplate,
  { context, style, raise, source }: TemplatePrinting,
): readonly Entry[] | null {
  const entries: Entry[] = [];
  for (const [index, object] of objects.entries()) {
    const path = ['objectDefinition', 'spec', 'object-templates', index, 'objectDefinition'];
    const at = within(source, ...path);
    const notes = objectNotes(object);
    const printed = printManifest(
      object.complianceType,
      object.definition,
      { source: at, context },
      {
        ...style,
        ...(raise ? { raise } : {}),
        notes,
      },
    );
    if (printed === null) return null;
    entries.push(printed);
  }
  return entries;
}

function objectNotes(of: IrObjectTemplate): readonly string[] {
  const { recreate, metadataComplianceType, recordDiff, objectSelector } = of;
  return [
    ...(recreate === undefined ? [] : [`@recreate(${recreate})`]),
    ...(metadataComplianceType === undefined ? [] : [`@metadata(${metadataComplianceType})`]),
    ...(recordDiff === undefined ? [] : [`@diff(${recordDiff})`]),
    ...(objectSelector === undefined ? [] : [`@select(${plainText(objectSelector as Json)})`]),
  ];
}

/** JSON on one line, as an argument of a note. */
function plainText(json: Json): string {
  if (typeof json !== 'object' || json === null) {
    return typeof json === 'string' ? stringText(json) : String(json);
  }
  if (Array.isArray(json)) return `[${(json as readonly Json[]).map(plainText).join(', ')}]`;
  const fields = Object.entries(json).map(
    ([key, value]) => `${stringText(key)}: ${plainText(value ?? null)}`,
  );
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

function printOperator(template: IrOperatorTemplate, printing: TemplatePrinting): Entry | null {
  const { style, source } = printing;
  const spec = within(source, 'objectDefinition', 'spec');
  const { subscription, operatorGroup, versions, removalBehavior, complianceConfig } = template;
  const common = commonEntries(template, printing);
  if (common === null) return null;
  const at = within(spec, 'subscription');
  const text = (key: string, value: string | undefined, field: string): Entry | null =>
    value === undefined ? null : entry(`${key}:`, stringText(value), { source: within(at, field) });
  const from =
    subscription.source !== undefined && subscription.sourceNamespace !== undefined
      ? `${subscription.source}/${subscription.sourceNamespace}`
      : subscription.source;
  const body = record(
    common,
    template.complianceType === 'musthave'
      ? null
      : entry('state:', template.complianceType, { source: within(spec, 'complianceType') }),
    subscription.name === template.name ? null : text('package', subscription.name, 'name'),
    text('namespace', subscription.namespace, 'namespace'),
    text('channel', subscription.channel, 'channel'),
    text('source', from, 'source'),
    versions === undefined
      ? null
      : entry('versions:', list(versions.map((each) => textValue(each, style))), {
          source: within(spec, 'versions'),
        }),
    template.upgradeApproval === 'None'
      ? null
      : entry('upgrade:', template.upgradeApproval, { source: within(spec, 'upgradeApproval') }),
    operatorGroup === undefined
      ? null
      : entry('group:', jsonRecord(operatorGroup, within(spec, 'operatorGroup'), style)),
    wordsEntry('remove', removalBehavior, within(spec, 'removalBehavior')),
    wordsEntry('compliance', complianceConfig, within(spec, 'complianceConfig')),
    metaEntries(template, within(source, 'objectDefinition'), style),
  );
  return entry(`operator ${nameText(template.name)}`, body, {
    source: within(source, 'objectDefinition'),
    block: true,
  });
}

function wordsEntry(
  key: string,
  words: Readonly<Record<string, string | undefined>> | undefined | object,
  source: Source | null,
): Entry | null {
  if (words === undefined) return null;
  const fields = Object.entries(words).map(([name, word]) =>
    entry(`${name}:`, String(word), { source: within(source, name) }),
  );
  return entry(`${key}:`, record(fields), { source });
}

function printCertificate(
  template: IrCertificateTemplate,
  printing: TemplatePrinting,
): Entry | null {
  const { style, source, shared } = printing;
  const spec = within(source, 'objectDefinition', 'spec');
  const common = commonEntries(template, printing);
  if (common === null) return null;
  const { namespaceSelector, labelSelector } = template;
  const times: Entry[] = [];
  for (const key of durations) {
    const time = template[key];
    const text = time === undefined ? undefined : durationText(time);
    if (text === null) return null;
    if (text !== undefined) times.push(entry(`${key}:`, text, { source: within(spec, key) }));
  }
  const pattern = (key: 'allowedSANPattern' | 'disallowedSANPattern'): Entry | null => {
    const value = template[key];
    return value === undefined
      ? null
      : entry(`${key}:`, textValue(value, style), { source: within(spec, key) });
  };
  const body = record(
    common,
    namespaceSelector === null || isShared(namespaceSelector, shared.namespaces)
      ? null
      : entry('namespaces:', namespacesValue(namespaceSelector), {
          source: within(spec, 'namespaceSelector'),
        }),
    labelSelector === undefined
      ? null
      : entry('select:', jsonRecord(labelSelector, within(spec, 'labelSelector'), style)),
    times,
    pattern('allowedSANPattern'),
    pattern('disallowedSANPattern'),
    metaEntries(template, within(source, 'objectDefinition'), style),
  );
  return entry(`certificate ${nameText(template.name)}`, body, {
    source: within(source, 'objectDefinition'),
    block: true,
  });
}

const durations = [
  'minimumDuration',
  'minimumCADuration',
  'maximumDuration',
  'maximumCADuration',
] as const;
