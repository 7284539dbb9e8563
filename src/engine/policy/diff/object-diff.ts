import type { JsonObject } from '../../../base/json.ts';
import { isJsonObject } from '../../../base/json.ts';
import { unifiedDiff } from './unified.ts';
import { yamlText } from './yaml-text.ts';

/** What becomes of a difference: shown, kept out of the status, or replaced by a notice. */
export type RecordDiff = 'InStatus' | 'Log' | 'None' | 'Censored';

const notice =
  '# The difference is redacted because it contains sensitive data. To override, the spec["object-templates"][].recordDiff field must be set to "InStatus" for the difference to be recorded in the policy status. Consider existing access to the ConfigurationPolicy objects and the etcd encryption configuration before you proceed with an override.';

const sensitiveKinds: ReadonlyMap<string, readonly string[]> = new Map([
  ['', ['ConfigMap', 'Secret']],
  ['oauth.openshift.io', ['OAuthAccessToken', 'OAuthAuthorizeTokens']],
  ['route.openshift.io', ['Route']],
]);

/** What is done where a template does not say: differences of kinds that hold secrets are not shown. */
export function defaultRecordDiff({
  group,
  kind,
}: {
  readonly group: string;
  readonly kind: string;
}): RecordDiff {
  return sensitiveKinds.get(group)?.includes(kind) === true ? 'Censored' : 'InStatus';
}

const maxLines = 53;

/** The difference of two objects as unified diff of their YAML, or what stands for it (config-policy-controller `handleDiff`). */
export function objectDiff(
  existing: JsonObject,
  updated: JsonObject,
  { recordDiff, fullDiffs }: { readonly recordDiff: RecordDiff; readonly fullDiffs: boolean },
): string {
  if (recordDiff === 'Censored') return notice;
  if (recordDiff !== 'InStatus') return '';
  const name = nameOf(existing);
  const diff = unifiedDiff({
    from: { title: `${name} : existing`, text: yamlText(existing) },
    to: { title: `${name} : updated`, text: yamlText(updated) },
    context: 5,
  });
  const lines = diff.split('\n');
  if (lines.length <= maxLines || fullDiffs) return diff;
  const shown = lines.slice(0, maxLines).join('\n');
  return `# Truncated: showing 50/${lines.length} diff lines:\n${shown}`;
}

function nameOf({ metadata }: JsonObject): string {
  const { name, namespace } = isJsonObject(metadata) ? metadata : {};
  return namespace === undefined || namespace === ''
    ? String(name)
    : `${String(namespace)}/${String(name)}`;
}
