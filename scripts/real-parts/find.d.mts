export type RealPartName = 'kube-apiserver' | 'etcd' | 'kubectl' | 'opa';

export const realPartPackages: Readonly<Record<RealPartName, string>>;

export function realPartsFolder(env?: NodeJS.ProcessEnv): string;

export function locateRealParts(env?: NodeJS.ProcessEnv): Partial<Record<RealPartName, string>>;
