import { readFileSync } from 'node:fs';
import type { Credentials } from './credentials.ts';
import { type KubeconfigEntries, pathOf, readPem, textOf } from './kubeconfig-file.ts';

const plainUser = new Set([
  'client-certificate',
  'client-certificate-data',
  'client-key',
  'client-key-data',
  'token',
  'tokenFile',
  'username',
  'password',
  'as',
  'as-groups',
]);
const plainCluster = new Set([
  'server',
  'certificate-authority',
  'certificate-authority-data',
  'insecure-skip-tls-verify',
  'tls-server-name',
  'extensions',
  'disable-compression',
]);

/** Whether certificates, tokens and passwords are all there is: no program to ask, no identity provider, no proxy. */
export function isPlain({ clusterFields, userFields }: KubeconfigEntries): boolean {
  const all = (fields: object, known: ReadonlySet<string>): boolean =>
    Object.keys(fields).every((field) => known.has(field));
  return all(userFields, plainUser) && all(clusterFields, plainCluster);
}

/** Reads the credentials of plain entries, files anew each time; the precedence is clientcmd's. */
export async function readPlain(
  { clusterFields, userFields }: KubeconfigEntries,
  folder: string | null,
): Promise<Credentials> {
  const ca = readPem(clusterFields, 'certificate-authority', folder);
  const cert = readPem(userFields, 'client-certificate', folder);
  const key = readPem(userFields, 'client-key', folder);
  const servername = textOf(clusterFields['tls-server-name']);
  const trusting = clusterFields['insecure-skip-tls-verify'] === true;
  const authorization = readAuthorization(userFields, folder);
  const groups = userFields['as-groups'];
  return {
    tls: {
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
      ...(servername === '' ? {} : { servername }),
      ...(trusting ? { rejectUnauthorized: false } : {}),
    },
    headers: {
      ...(authorization === null ? {} : { authorization }),
      ...(textOf(userFields['as']) === '' ? {} : { 'impersonate-user': textOf(userFields['as']) }),
      ...(Array.isArray(groups) ? { 'impersonate-group': groups.map(String) } : {}),
    },
    proxy: null,
  };
}

function readAuthorization(user: KubeconfigEntries['userFields'], folder: string | null) {
  const file = textOf(user['tokenFile']);
  const token =
    textOf(user['token']) || (file === '' ? '' : readFileSync(pathOf(file, folder), 'utf8').trim());
  if (token !== '') return `Bearer ${token}`;
  const name = textOf(user['username']);
  if (name === '') return null;
  const pair = `${name}:${textOf(user['password'])}`;
  return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
}
