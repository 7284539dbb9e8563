export type RealPartName =
  | 'kube-apiserver'
  | 'etcd'
  | 'kubectl'
  | 'opa'
  | 'resolve-templates'
  | 'helm'
  | 'upstream-placement'
  | 'placement-suite'
  | 'upstream-cases'
  | 'upstream-registration'
  | 'upstream-placement-controller'
  | 'upstream-work'
  | 'upstream-rights'
  | 'kube-clients';

export const realPartPackages: Readonly<Record<RealPartName, string>>;

export function realPartModule(name: string): URL;

export function realPartsFolder(env?: NodeJS.ProcessEnv, name?: string): string;

export function locateRealParts(env?: NodeJS.ProcessEnv): Partial<Record<RealPartName, string>>;
