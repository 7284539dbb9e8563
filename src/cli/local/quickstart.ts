import { clusterSetLabel } from '../../kube/ocm/cluster.ts';

const labels = (region: string, ring: string) => ({
  [clusterSetLabel]: 'demo',
  env: 'prod',
  region,
  ring,
});

/** Labels that `ocm up` and the demo give to local clusters, so that examples/quickstart selects them. */
export const quickstartLabels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cluster1: labels('eu-west', 'canary'),
  cluster2: labels('eu-north', 'broad'),
  cluster3: labels('us-east', 'broad'),
};
