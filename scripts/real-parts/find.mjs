import { createHash } from 'node:crypto';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The programs that tests run for real, each with the Go package that it is built from. */
export const realPartPackages = {
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  etcd: 'go.etcd.io/etcd/server/v3',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
  opa: 'github.com/open-policy-agent/opa',
  'resolve-templates': '.',
  helm: 'helm.sh/helm/v3/cmd/helm',
  'upstream-placement': '.',
  'placement-suite': './suite',
  'upstream-cases': './cases',
  'upstream-registration': 'open-cluster-management.io/ocm/cmd/registration',
  'upstream-placement-controller': 'open-cluster-management.io/ocm/cmd/placement',
  'upstream-work': 'open-cluster-management.io/ocm/cmd/work',
  'upstream-rights': '.',
  'kube-clients': '.',
};

/** The scenarios of the program over client-go and controller-runtime, a file a subject. */
const kubeClients = readdirSync(new URL('clients/', import.meta.url))
  .filter((name) => name.endsWith('.go'))
  .sort();

/**
 * Programs that are Go modules of their own: those of the project that call upstream's code, and those that want other
 * versions of Kubernetes' libraries; each with the files that say what it is.
 */
const ownModules = {
  'resolve-templates': { folder: 'templates/', sources: ['main.go'] },
  helm: { folder: 'helm/', sources: ['tools.go'] },
  'upstream-placement': {
    folder: 'placement/',
    sources: ['main.go', 'schedule.go', 'control.go'],
  },
  'placement-suite': {
    folder: 'placement/',
    sources: ['suite/controller_test.go', '../placement-suite.mjs'],
  },
  'upstream-cases': {
    folder: 'placement/',
    sources: ['cases/main.go', 'cases/hub.go', 'cases/settle.go'],
  },
  'upstream-registration': { folder: 'ocm/', sources: [] },
  'upstream-placement-controller': { folder: 'ocm/', sources: [] },
  'upstream-work': { folder: 'ocm/', sources: [] },
  'upstream-rights': { folder: 'ocm/', sources: ['main.go'] },
  'kube-clients': { folder: 'clients/', sources: kubeClients },
};

/** The folder of the Go module that a program is built in. */
export function realPartModule(name) {
  return new URL(ownModules[name]?.folder ?? './', import.meta.url);
}

/**
 * The folder that holds the programs of exactly the versions in go.mod and go.sum, whether or not it exists; for one of
 * the project's own programs that of exactly its source.
 */
export function realPartsFolder(env = process.env, name = '') {
  const hash = createHash('sha256');
  const sources = ['go.mod', 'go.sum', ...(ownModules[name]?.sources ?? [])];
  for (const source of sources) {
    hash.update(readFileSync(new URL(source, realPartModule(name)))).update('\0');
  }
  const cache =
    env.OCM_REAL_PARTS || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ocm-real-parts');
  return resolve(cache, `${process.platform}-${process.arch}-${hash.digest('hex').slice(0, 16)}`);
}

/** The paths of the programs that are there: of $KUBEBUILDER_ASSETS where it has them, else of the cache. */
export function locateRealParts(env = process.env) {
  const found = {};
  for (const name of Object.keys(realPartPackages)) {
    const folders = [env.KUBEBUILDER_ASSETS, realPartsFolder(env, name)].filter(Boolean);
    const path = folders.map((folder) => resolve(folder, name)).find(isProgram);
    if (path) found[name] = path;
  }
  return found;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
