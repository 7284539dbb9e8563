import { isJsonObject, type JsonObject } from '../../base/json.ts';
import type {
  IrCertificateTemplate,
  IrConfigTemplate,
  IrObjectDefinition,
  IrOperatorTemplate,
  IrPolicyTemplate,
} from '../../ir/program.ts';
import { type Checked, isOf } from '../check/checked.ts';
import { boolOf, fieldsOf, knownValue, textOf } from '../check/known.ts';
import type { Session } from '../check/session.ts';
import type { Typed } from '../check/typed.ts';
import { type Fields, isFields, toJson, type Value } from '../fold/value.ts';
import { emitCheck } from './check.ts';
import { originOf } from './context.ts';
import { metaOf } from './meta.ts';
import { dependenciesOf, selectorOf, textMapOf, textsOf } from './policy-values.ts';
import { emitRego } from './rego.ts';
import { emitDefinition, emitObjects, type TemplateContext } from './template/objects.ts';

/** A template of a policy; null for a block that belongs to its implicit one, or where something was reported. */
export function emitTemplate(
  block: Checked,
  policy: Checked<'policy'>,
  context: TemplateContext,
): IrPolicyTemplate | null {
  const { session } = context;
  const inside: Inside = { policy, session, context };
  if (isOf(block, 'config')) return emitConfig(block, inside);
  if (isOf(block, 'operator')) return emitOperator(block, inside);
  if (isOf(block, 'certificate')) return emitCertificate(block, inside);
  if (isOf(block, 'check')) return emitCheck(block, policy, session);
  if (isOf(block, 'rego')) return emitRego(block, policy, session);
  return isOf(block, 'template') ? emitObject(block, inside) : null;
}

interface Inside {
  readonly policy: Checked<'policy'>;
  readonly session: Session;
  readonly context: TemplateContext;
}

type Engine = Checked<'config' | 'operator' | 'certificate'>;

/** What the templates of upstream's own engines have. */
function commonOf(block: Engine, { policy, session }: Inside) {
  const { name, origin, labels, annotations, raw } = metaOf(block);
  const mode = textOf(block.values.mode);
  return {
    name,
    origin,
    ...entryOf(block.values, policy, session),
    severity: textOf(block.values.severity) ?? textOf(policy.values.severity) ?? null,
    ...(mode === undefined ? {} : { remediation: mode }),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(raw === undefined ? {} : { raw }),
  };
}

/** What stands beside the object in its entry of `policy-templates`. */
function entryOf(
  values: { readonly after?: Typed | null; readonly ignorePending?: Typed | null },
  policy: Checked<'policy'>,
  session: Session,
) {
  const after = dependenciesOf(values.after, policy, session);
  const ignorePending = boolOf(values.ignorePending);
  return {
    ...(after === undefined ? {} : { after }),
    ...(ignorePending === undefined ? {} : { ignorePending }),
  };
}

function emitConfig(block: Checked<'config'>, inside: Inside): IrConfigTemplate {
  const { prune, every, message } = block.values;
  const { raw, ...common } = commonOf(block, inside);
  const { objectsRaw, rest } = splitRaw(raw);
  const pruning = textOf(prune);
  const interval = byCompliance(every);
  const messages = byCompliance(message);
  return {
    template: 'config',
    ...common,
    namespaceSelector: namespacesOf(block, inside),
    ...emitObjects(block.children, inside.policy, inside.context),
    ...(pruning === undefined ? {} : { prune: pruning as NonNullable<IrConfigTemplate['prune']> }),
    ...(interval === undefined ? {} : { interval }),
    ...(messages === undefined ? {} : { message: messages }),
    ...(objectsRaw === undefined ? {} : { objectsRaw }),
    ...(rest === undefined ? {} : { raw: rest }),
  };
}

/** The text of `object-templates-raw` has its home in `raw` (Rule 47); the IR has a field for it. */
function splitRaw(raw: JsonObject | undefined): {
  readonly objectsRaw?: string;
  readonly rest?: JsonObject;
} {
  const spec = raw?.['spec'];
  if (raw === undefined || !isJsonObject(spec)) return raw === undefined ? {} : { rest: raw };
  const { 'object-templates-raw': text, ...others } = spec;
  if (typeof text !== 'string') return { rest: raw };
  const { spec: _, ...outside } = raw;
  const hasMore = Object.keys(others).length > 0;
  const rest: JsonObject = hasMore ? { ...outside, spec: others } : outside;
  return { objectsRaw: text, ...(Object.keys(rest).length > 0 ? { rest } : {}) };
}

function namespacesOf({ values }: Checked<'config' | 'certificate'>, { policy }: Inside) {
  const selector = fieldsOf(knownValue(values.namespaces ?? policy.values.namespaces));
  return selector === undefined ? null : selectorOf(selector);
}

function byCompliance(typed: Typed | null) {
  const fields = fieldsOf(knownValue(typed));
  if (fields === undefined) return undefined;
  const compliant = scalarOf(fields, 'compliant');
  const noncompliant = scalarOf(fields, 'noncompliant');
  return {
    ...(compliant === undefined ? {} : { compliant }),
    ...(noncompliant === undefined ? {} : { noncompliant }),
  };
}

function scalarOf(fields: Fields, key: string): string | undefined {
  const value = fields.get(key);
  return value === undefined ? undefined : String(toJson(value));
}

function emitOperator(block: Checked<'operator'>, inside: Inside): IrOperatorTemplate {
  const { values } = block;
  const namespace = textOf(values.namespace);
  const channel = textOf(values.channel);
  const group = jsonOf(values.group);
  const versions = knownValue(values.versions);
  const remove = jsonOf(values.remove);
  const compliance = jsonOf(values.compliance);
  return {
    template: 'operator',
    ...commonOf(block, inside),
    complianceType: textOf(values.state) === 'mustnothave' ? 'mustnothave' : 'musthave',
    subscription: {
      name: textOf(values.package) ?? block.name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(channel === undefined ? {} : { channel }),
      ...sourceOf(textOf(values.source)),
    },
    ...(group === undefined ? {} : { operatorGroup: group }),
    ...(versions === undefined ? {} : { versions: textsOf(versions) }),
    upgradeApproval: textOf(values.upgrade) === 'Automatic' ? 'Automatic' : 'None',
    ...(remove === undefined ? {} : { removalBehavior: remove }),
    ...(compliance === undefined ? {} : { complianceConfig: compliance }),
  };
}

/** `catalog/namespace`; the namespace may be left to OLM. */
function sourceOf(source: string | undefined) {
  if (source === undefined) return {};
  const slash = source.indexOf('/');
  if (slash < 0) return { source };
  return { source: source.slice(0, slash), sourceNamespace: source.slice(slash + 1) };
}

function jsonOf(typed: Typed | null): JsonObject | undefined {
  const value = knownValue(typed);
  const json = value === undefined ? undefined : toJson(value);
  return isJsonObject(json) ? json : undefined;
}

const durations = [
  'minimumDuration',
  'minimumCADuration',
  'maximumDuration',
  'maximumCADuration',
] as const;
const patterns = ['allowedSANPattern', 'disallowedSANPattern'] as const;

function emitCertificate(block: Checked<'certificate'>, inside: Inside): IrCertificateTemplate {
  const { values } = block;
  const select = fieldsIn(values.select);
  const texts = [...durations, ...patterns].flatMap((key) => {
    const value = knownValue(values[key]);
    return value === undefined ? [] : [[key, String(toJson(value))]];
  });
  return {
    template: 'certificate',
    ...commonOf(block, inside),
    namespaceSelector: namespacesOf(block, inside),
    ...(select === undefined ? {} : { labelSelector: textMapOf(select) }),
    ...Object.fromEntries(texts),
  };
}

function fieldsIn(typed: Typed | null): Value | undefined {
  const value = knownValue(typed);
  return value !== undefined && isFields(value) ? value : undefined;
}

function emitObject(
  block: Checked<'template'>,
  { policy, session, context }: Inside,
): IrObjectDefinition | null {
  const object = emitDefinition(block, policy, context);
  if (object === null) return null;
  const { values } = block.noted;
  const entry = {
    after: values.get('after') ?? null,
    ignorePending: values.get('ignorePending') ?? null,
  };
  return {
    template: 'object',
    name: block.name,
    origin: originOf(block),
    ...entryOf(entry, policy, session),
    object,
  };
}
