import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { parseYaml } from '../../kube/yaml.ts';
import type { Io } from '../io.ts';

/** What to say to a chart server or registry, by origin; read from helm's and docker's own files, written nowhere. */
export type Credentials = (origin: string) => string | undefined;

/** Credentials of this user for registries (docker, helm) and chart servers (`helm repo add`). */
export function readCredentials(env: Io['env']): Credentials {
  const home = env['HOME'] ?? homedir();
  const config = env['XDG_CONFIG_HOME'] ?? join(home, '.config');
  const files = [
    env['HELM_REGISTRY_CONFIG'] ?? join(config, 'helm', 'registry', 'config.json'),
    join(env['DOCKER_CONFIG'] ?? join(home, '.docker'), 'config.json'),
  ];
  const byHost = new Map<string, string>();
  for (const file of files) {
    for (const [host, entry] of Object.entries(objectIn(readDocument(file), 'auths'))) {
      const auth = isJsonObject(entry) ? entry['auth'] : undefined;
      const name = host.replace(/^https?:\/\//, '').replace(/\/.*$/, '');
      if (typeof auth === 'string' && auth !== '' && !byHost.has(name)) byHost.set(name, auth);
    }
  }
  const repositories = env['HELM_REPOSITORY_CONFIG'] ?? join(config, 'helm', 'repositories.yaml');
  const byOrigin = new Map<string, string>();
  const list = isJsonObject(readDocument(repositories)) ? readDocument(repositories) : {};
  for (const entry of (isJsonObject(list) && Array.isArray(list['repositories'])
    ? list['repositories']
    : []) as readonly Json[]) {
    if (!isJsonObject(entry)) continue;
    const { url, username, password } = entry;
    if (typeof url !== 'string' || typeof username !== 'string' || !URL.canParse(url)) continue;
    const text = `${username}:${typeof password === 'string' ? password : ''}`;
    byOrigin.set(new URL(url).origin, Buffer.from(text).toString('base64'));
  }
  return (origin) => {
    const auth = byOrigin.get(origin) ?? byHost.get(new URL(origin).host);
    return auth === undefined ? undefined : `Basic ${auth}`;
  };
}

/** Hosts of the API servers in the kubeconfig of this user: no source lies there. */
export function hubHosts(env: Io['env']): ReadonlySet<string> {
  const path = env['KUBECONFIG'] ?? join(env['HOME'] ?? homedir(), '.kube', 'config');
  const document = readDocument(path);
  const clusters = isJsonObject(document) ? document['clusters'] : undefined;
  const servers = (Array.isArray(clusters) ? (clusters as readonly Json[]) : []).map(
    (entry) => objectIn(entry, 'cluster')['server'],
  );
  const urls = servers.filter((url) => typeof url === 'string' && URL.canParse(url));
  return new Set(urls.map((url) => new URL(String(url)).hostname.replace(/^\[|\]$/g, '')));
}

function objectIn(value: Json | undefined, key: string): JsonObject {
  const found = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(found) ? found : {};
}

function readDocument(path: string): Json | undefined {
  try {
    const read = parseYaml(readFileSync(path, 'utf8'));
    return read.ok ? read.documents[0]?.value : undefined;
  } catch {
    return undefined;
  }
}
