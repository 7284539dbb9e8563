import type { ConfigMap } from '../../../kube/core.ts';

/** Where programs that serve beside an API server look up how its clients prove themselves. */
export const authenticationInfoName = 'extension-apiserver-authentication';
export const authenticationInfoNamespace = 'kube-system';

/**
 * What kube-apiserver publishes for those programs, upstream's controllers among them, which ask for it at their start
 * (pkg/controlplane/controller/clusterauthenticationtrust).
 */
export function authenticationInfo(clientCaPem: string): ConfigMap {
  const metadata = { name: authenticationInfoName, namespace: authenticationInfoNamespace };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'client-ca-file': clientCaPem } };
}
