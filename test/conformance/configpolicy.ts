import { isJsonObject, type Json, type JsonObject } from '../../src/base/json.ts';
import { compareStatus } from '../../src/engine/policy/desired-status.ts';
import { evaluate, type PolicyOutcome } from '../../src/engine/policy/evaluate.ts';
import type { KindFacts, KindLookup } from '../../src/engine/policy/ports.ts';
import { liftConfigurationPolicy } from '../../src/ir/lift/configuration-policy.ts';
import { kindInfo } from '../../src/kube/kinds.ts';
import { type KubeObject, parseApiVersion } from '../../src/kube/object.ts';
import { parseYaml } from '../../src/kube/yaml.ts';

interface Case {
  readonly policy: string;
  readonly resources: readonly string[];
  readonly mappings?: string;
  readonly desiredStatus?: string;
  readonly options?: { readonly fullDiffs?: boolean; readonly noColors?: boolean };
}

/** The answer of the engine to one case of the `configpolicy` suite, as `dryrun` would give it; Go templates are not resolved yet. */
export function answer(input: unknown): unknown {
  const { policy, resources, mappings, desiredStatus, options = {} } = input as Case;
  const kinds = mappings === undefined ? builtIn : fromMappings(mappings);
  const objects = [namespace, ...resources.flatMap((text) => documents(text, 'core'))];
  const placed = objects.map((object) => placedIn(kinds, object));
  const outcome = evaluate({
    policy: withoutInterval(liftConfigurationPolicy(configurationPolicy(policy))),
    remediation: 'inform',
    kinds,
    namespaces: placed.filter(
      ({ kind, apiVersion }) => kind === 'Namespace' && apiVersion === 'v1',
    ),
    objects: placed,
    fullDiffs: options.fullDiffs === true,
    compat: 'upstream',
  });
  return written(outcome, { noColors: options.noColors === true, desiredStatus });
}

const namespace: JsonObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'default' },
};

interface Printing {
  readonly noColors: boolean;
  readonly desiredStatus: string | undefined;
}

function written(outcome: PolicyOutcome, printing: Printing): unknown {
  const { errors, compliance, messages } = outcome;
  if (errors.length > 0) {
    return {
      exitCode: 1,
      compliance: null,
      messages: [],
      error: `unable to complete the dryrun reconcile: ${errors.join(', ')}`,
      stdout: '',
    };
  }
  return {
    exitCode: compliance === 'Compliant' ? 0 : 2,
    compliance,
    messages,
    details: outcome.details.map(({ Compliant, conditions }) => ({
      compliant: Compliant,
      conditions,
    })),
    relatedObjects: outcome.relatedObjects.map(({ object, compliant, reason }) => ({
      apiVersion: object?.apiVersion,
      kind: object?.kind,
      namespace: object?.metadata?.namespace ?? '',
      name: object?.metadata?.name,
      compliant,
      reason,
    })),
    stdout: [
      ...statusText(outcome, printing),
      '# Diffs:',
      ...outcome.relatedObjects.map((related) => diffText(related, printing.noColors)),
      '# Compliance messages:',
      ...messages,
      '',
    ].join('\n'),
  };
}

function statusText(outcome: PolicyOutcome, { desiredStatus, noColors }: Printing): string[] {
  if (desiredStatus === undefined) return [];
  const { compliance, details, relatedObjects, messages } = outcome;
  const history = messages.map((message) => ({ message })).reverse();
  const status = { compliant: compliance, compliancyDetails: details, relatedObjects, history };
  const [desired = {}] = documents(desiredStatus, 'core');
  const { matches, lines } = compareStatus(desired, JSON.parse(JSON.stringify(status)));
  const paint = (code: number, text: string) =>
    noColors ? text : `\u001b[${code}m${text}\u001b[0m`;
  const codes = { match: 32, mismatch: 31, skipped: 33 };
  const verdict = ` Expected status ${matches ? 'matches' : 'does not match'} the actual status`;
  return [
    '# Status compare:',
    ...lines.map(({ is, text }) => paint(codes[is], text)),
    paint(matches ? 32 : 31, paint(1, verdict)),
    '',
  ];
}

function diffText(
  { object, properties }: PolicyOutcome['relatedObjects'][number],
  noColors: boolean,
): string {
  const { name, namespace: within } = object?.metadata ?? {};
  const title = `${object?.apiVersion} ${object?.kind} ${within ? `${within}/` : ''}${name}:`;
  const lines = (properties?.diff ?? '').replace(/\n$/, '').split('\n');
  return [title, ...lines.map((line) => (noColors ? line : colored(line)))].join('\n');
}

function colored(line: string): string {
  if (line.startsWith('-') && !line.startsWith('---')) return `\u001b[31m${line}\u001b[0m`;
  return line.startsWith('+') && !line.startsWith('+++') ? `\u001b[32m${line}\u001b[0m` : line;
}

function configurationPolicy(text: string): JsonObject {
  const [policy = {}] = documents(text, 'kubernetes');
  if (policy['kind'] !== 'Policy') return policy;
  const { spec } = policy;
  const templates = isJsonObject(spec) ? spec['policy-templates'] : [];
  const definitions = (Array.isArray(templates) ? templates : []).map((template: Json) =>
    isJsonObject(template) ? template['objectDefinition'] : null,
  );
  const found = definitions.find((of) => isJsonObject(of) && of['kind'] === 'ConfigurationPolicy');
  return isJsonObject(found) ? found : {};
}

// `dryrun` evaluates every ten seconds, whatever the policy says.
function withoutInterval(policy: ReturnType<typeof liftConfigurationPolicy>) {
  const { interval: _interval, ...rest } = policy;
  return rest;
}

function placedIn(kinds: KindLookup, object: JsonObject): KubeObject {
  const { apiVersion, kind } = object;
  const of = { ...parseApiVersion(String(apiVersion)), kind: String(kind) };
  const metadata = isJsonObject(object['metadata']) ? object['metadata'] : {};
  const { resourceVersion: _r, creationTimestamp: _c, selfLink: _s, uid: _u, ...rest } = metadata;
  const isLost = kinds(of)?.namespaced === true && rest['namespace'] === undefined;
  return {
    ...object,
    metadata: isLost ? { ...rest, namespace: 'default' } : rest,
  } as unknown as KubeObject;
}

const policyKinds: ReadonlyMap<string, KindFacts> = new Map([
  ['Policy', { plural: 'policies', namespaced: true }],
  ['ConfigurationPolicy', { plural: 'configurationpolicies', namespaced: true }],
]);

function builtIn(of: Parameters<KindLookup>[0]): KindFacts | undefined {
  const info = kindInfo(of);
  return info?.version === of.version ? info : undefined;
}

function fromMappings(text: string): KindLookup {
  const rows = documents(text, 'core').flatMap((list) => (Array.isArray(list) ? list : [list]));
  const known = new Map<string, KindFacts>(
    rows.map((row: JsonObject) => {
      const field = (name: string) =>
        String(Object.entries(row).find(([key]) => key.toLowerCase() === name)?.[1] ?? '');
      return [
        `${field('group')}/${field('version')}/${field('kind')}`,
        { plural: field('plural'), namespaced: field('scope') === 'namespace' },
      ];
    }),
  );
  return ({ group, version, kind }) =>
    known.get(`${group}/${version}/${kind}`) ??
    (group === 'policy.open-cluster-management.io' && version === 'v1'
      ? policyKinds.get(kind)
      : undefined);
}

function documents(text: string, dialect: 'core' | 'kubernetes'): readonly JsonObject[] {
  const read = parseYaml(text, dialect);
  if (!read.ok) throw new Error(read.message);
  return read.documents.map(({ value }) => value as JsonObject).filter((value) => value !== null);
}
