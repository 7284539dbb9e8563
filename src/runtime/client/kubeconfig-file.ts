import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { isJsonObject, type JsonObject } from '../../base/json.ts';
import { parseYaml } from '../../kube/yaml.ts';

/** The entries of a kubeconfig that one context names, as they are written. */
export interface KubeconfigEntries {
  readonly context: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
  readonly clusterFields: JsonObject;
  readonly userFields: JsonObject;
}

/** Reads the entries of a context, the current one where none is named. Throws an Error that says what is missing. */
export function readEntries(text: string, of: string, wanted?: string): KubeconfigEntries {
  const document = parseYaml(text);
  if (!document.ok) throw new Error(`it is no YAML: ${document.message}`);
  const root = document.documents[0]?.value;
  if (!isJsonObject(root)) throw new Error('it is not a kubeconfig');
  const name = wanted ?? textOf(root['current-context']);
  const context = entry(root, 'contexts', name, 'context');
  if (context === null) throw new Missing(`${of} has no context \`${name}\``);
  const cluster = textOf(context['cluster']);
  const user = textOf(context['user']);
  const clusterFields = entry(root, 'clusters', cluster, 'cluster');
  if (clusterFields === null) throw new Missing(`${of} has no cluster \`${cluster}\``);
  const userFields = entry(root, 'users', user, 'user') ?? {};
  const namespace = textOf(context['namespace']) || 'default';
  return { context: name, cluster, user, namespace, clusterFields, userFields };
}

/** What is said as it is, without where it was found. */
export class Missing extends Error {}

function entry(root: JsonObject, list: string, name: string, field: string): JsonObject | null {
  const entries = root[list];
  if (!Array.isArray(entries)) return null;
  const found = entries.find((each) => isJsonObject(each) && each['name'] === name);
  const fields = isJsonObject(found) ? found[field] : undefined;
  return isJsonObject(fields) ? fields : null;
}

/** The text of a field; empty where it is absent or no text. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** PEM given inside (base64) or as a file beside the kubeconfig; what is inside counts first, as in clientcmd. */
export function readPem(
  fields: JsonObject,
  name: 'certificate-authority' | 'client-certificate' | 'client-key',
  folder: string | null,
): string | null {
  const data = textOf(fields[`${name}-data`]);
  if (data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const file = textOf(fields[name]);
  return file === '' ? null : readFileSync(pathOf(file, folder), 'utf8');
}

/** The path of a file a kubeconfig names. */
export function pathOf(file: string, folder: string | null): string {
  return folder === null || isAbsolute(file) ? file : join(folder, file);
}
