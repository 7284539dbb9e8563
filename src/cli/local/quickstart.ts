/** Labels that `ocm up` and the demo give to local clusters, so that examples/quickstart selects them. */
export const quickstartLabels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  cluster1: { environment: 'prod', region: 'eu-west', ring: 'canary' },
  cluster2: { environment: 'prod', region: 'eu-north', ring: 'broad' },
  cluster3: { environment: 'prod', region: 'us-east', ring: 'broad' },
};
