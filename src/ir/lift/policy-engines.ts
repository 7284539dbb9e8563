import type { Json, JsonObject } from '../../base/json.ts';
import type {
  IrCertificateTemplate,
  IrComplianceConfig,
  IrNamespaceSelector,
  IrOperatorTemplate,
  IrRemovalBehavior,
  IrSubscription,
} from '../program.ts';
import { nowhere, objectAt, textAt, textMapAt, textsAt, wordAt } from './read.ts';
import {
  isDuration,
  objectOrNothing,
  remediationWord,
  severityWord,
  writableNamespaces,
} from './writable.ts';

/** What templates of every engine have. */
function common(object: JsonObject, spec: JsonObject) {
  const metadata = objectAt(object['metadata']);
  const remediation = remediationWord(spec['remediationAction']);
  const labels = textMapAt(metadata['labels']);
  const annotations = textMapAt(metadata['annotations']);
  return {
    name: textAt(metadata['name']) ?? '',
    origin: nowhere,
    severity: severityWord(spec['severity']),
    ...(remediation === null ? {} : { remediation }),
    ...(labels === null ? {} : { labels }),
    ...(annotations === null ? {} : { annotations }),
  };
}

/** An OperatorPolicy as IR; null where it lacks what the construct demands. */
export function liftOperatorPolicy(object: JsonObject): IrOperatorTemplate | null {
  const spec = objectAt(object['spec']);
  const complianceType = wordAt(spec['complianceType'], ['musthave', 'mustnothave']);
  const upgradeApproval = wordAt(spec['upgradeApproval'], ['None', 'Automatic']);
  const subscription = subscriptionOf(objectAt(spec['subscription']));
  if (complianceType === null || upgradeApproval === null || subscription === null) return null;
  const operatorGroup = objectOrNothing(spec['operatorGroup']);
  const removal = objectOrNothing(spec['removalBehavior']);
  const config = objectOrNothing(spec['complianceConfig']);
  return {
    template: 'operator',
    ...common(object, spec),
    complianceType,
    subscription,
    ...(operatorGroup === undefined ? {} : { operatorGroup }),
    ...(Array.isArray(spec['versions']) ? { versions: textsAt(spec['versions']) } : {}),
    upgradeApproval,
    ...(removal === undefined ? {} : { removalBehavior: removalOf(removal) }),
    ...(config === undefined ? {} : { complianceConfig: toleranceOf(config) }),
  };
}

// `source` says both catalog and namespace, in this order.
function subscriptionOf(of: JsonObject): IrSubscription | null {
  const name = textAt(of['name']);
  if (name === null || name === '') return null;
  const namespace = textAt(of['namespace']);
  const channel = textAt(of['channel']);
  const source = textAt(of['source']);
  const sourceNamespace = textAt(of['sourceNamespace']);
  const isPlain = source !== null && source !== '' && !source.includes('/');
  return {
    name,
    ...(namespace === null ? {} : { namespace }),
    ...(channel === null ? {} : { channel }),
    ...(isPlain ? { source } : {}),
    ...(isPlain && sourceNamespace !== null && sourceNamespace !== '' ? { sourceNamespace } : {}),
  };
}

function removalOf(of: JsonObject): IrRemovalBehavior {
  const keys = [
    'operatorGroups',
    'subscriptions',
    'clusterServiceVersions',
    'customResourceDefinitions',
  ];
  return picked(of, keys, ['Keep', 'Delete', 'DeleteIfUnused']);
}

function toleranceOf(of: JsonObject): IrComplianceConfig {
  const keys = [
    'catalogSourceUnhealthy',
    'deploymentsUnavailable',
    'upgradesAvailable',
    'deprecationsPresent',
    'minorChannelUpgradeAvailable',
  ];
  return picked(of, keys, ['Compliant', 'NonCompliant']);
}

function picked(of: JsonObject, keys: readonly string[], words: readonly string[]) {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const word = wordAt(of[key], words);
      return word === null ? [] : [[key, word]];
    }),
  );
}

/** A CertificatePolicy as IR; null where it says no namespaces, which the construct demands. */
export function liftCertificatePolicy(object: JsonObject): IrCertificateTemplate | null {
  const spec = objectAt(object['spec']);
  const selector = objectOrNothing(spec['namespaceSelector']);
  const namespaceSelector = writableNamespaces((selector ?? null) as IrNamespaceSelector | null);
  if (namespaceSelector === null) return null;
  const labelSelector = textMapAt(spec['labelSelector']);
  const durations = [
    'minimumDuration',
    'minimumCADuration',
    'maximumDuration',
    'maximumCADuration',
  ];
  return {
    template: 'certificate',
    ...common(object, spec),
    namespaceSelector,
    ...(labelSelector === null ? {} : { labelSelector }),
    ...textsOf(spec, durations, isDuration),
    ...textsOf(spec, ['allowedSANPattern', 'disallowedSANPattern'], () => true),
  };
}

function textsOf(
  spec: Readonly<Record<string, Json | undefined>>,
  keys: readonly string[],
  fits: (text: string) => boolean,
) {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const text = textAt(spec[key]);
      return text === null || !fits(text) ? [] : [[key, text]];
    }),
  );
}
