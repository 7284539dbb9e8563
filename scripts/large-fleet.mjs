// Writes the inventory of examples/large-fleet: the ManagedClusters of an invented retailer, one file a region, the
// same bytes each time. Like a real inventory it is not clean: labels are missing or misspelt, some clusters are
// tainted, being drained or not answering.
// usage: node scripts/large-fleet.mjs [folder]
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const regions = [
  { name: 'eu-west-1', platform: 'AWS', cores: 26, stores: 84, batch: 8 },
  { name: 'eu-central-1', platform: 'AWS', cores: 24, stores: 92, batch: 8 },
  { name: 'eu-north-1', platform: 'GCP', cores: 14, stores: 40, batch: 4 },
  { name: 'eu-south-1', platform: 'Azure', cores: 14, stores: 62, batch: 4 },
  { name: 'us-east-1', platform: 'AWS', cores: 28, stores: 110, batch: 10 },
  { name: 'us-east-2', platform: 'Azure', cores: 20, stores: 86, batch: 6 },
  { name: 'us-west-2', platform: 'AWS', cores: 24, stores: 88, batch: 8 },
  { name: 'ca-central-1', platform: 'GCP', cores: 12, stores: 44, batch: 4 },
  { name: 'ap-south-1', platform: 'GCP', cores: 16, stores: 70, batch: 6 },
  { name: 'ap-southeast-1', platform: 'Azure', cores: 14, stores: 52, batch: 4 },
  { name: 'ap-northeast-1', platform: 'AWS', cores: 16, stores: 58, batch: 6 },
  { name: 'sa-east-1', platform: 'AWS', cores: 12, stores: 48, batch: 4 },
];

/** Share of clusters that run a minor version, newest last; what is behind is behind in stores first. */
const versions = {
  core: [
    ['1.31.9', 6],
    ['1.32.5', 14],
    ['1.33.4', 45],
    ['1.34.2', 35],
  ],
  store: [
    ['1.28.15', 5],
    ['1.30.12', 20],
    ['1.31.9', 35],
    ['1.32.5', 30],
    ['1.33.4', 10],
  ],
  batch: [
    ['1.32.5', 30],
    ['1.33.4', 50],
    ['1.34.2', 20],
  ],
};
const suffix = { AWS: '-eks-4f2a91c', Azure: '', GCP: '-gke.1204000', BareMetal: '+k3s1' };
const group = 'cluster.open-cluster-management.io';

/** File name → text, in the order of regions. */
export function largeFleet() {
  const random = generator(20260301);
  return new Map(
    regions.map((region) => [`${region.name}.yaml`, `${inRegion(region, random).join('---\n')}`]),
  );
}

function inRegion({ name, platform, cores, stores, batch }, random) {
  const cluster = (kind, count, where) =>
    Array.from({ length: count }, (_, n) => {
      const id = `${name}-${kind}-${String(n + 1).padStart(3, '0')}`;
      return yaml(one({ id, kind, region: name, platform: where }, random));
    });
  return [
    ...cluster('core', cores, platform),
    ...cluster('store', stores, 'BareMetal'),
    ...cluster('batch', batch, platform),
  ];
}

function one({ id, kind, region, platform }, random) {
  const { chance, pick, weighted, between } = random;
  const environment = weighted([
    ['prod', kind === 'store' ? 88 : 55],
    ['stage', 20],
    ['dev', kind === 'store' ? 4 : 20],
  ]);
  const state = weighted([
    ['fine', 950],
    ['unreachable', 18],
    ['unavailable', 10],
    ['draining', 12],
    ['joining', 10],
  ]);
  const gpus = kind === 'batch' && chance(0.6) ? pick(['1', '2', '4', '8']) : null;
  const cpu = kind === 'store' ? pick([4, 8, 8, 16]) : pick([32, 64, 96, 128, 192]);
  const perCpu = kind === 'store' ? 2 : pick([4, 4, 8]);
  const used = between(5, 70);
  return {
    id,
    labels: {
      [`${group}/clusterset`]: kind === 'batch' ? 'batch' : kind === 'store' ? null : 'core',
      // what people type is not always what the fleet block says
      environment: chance(0.99) ? environment : pick([null, 'production', 'Prod']),
      region,
      'shop.example.com/site': chance(0.995) ? kind : null,
      'shop.example.com/ring': weighted([
        [null, 72],
        ['canary', 5],
        ['early', 15],
        ['broad', 8],
      ]),
      'shop.example.com/tier': weighted([
        [null, 22],
        ['gold', kind === 'core' ? 40 : 5],
        ['silver', 35],
        ['bronze', kind === 'store' ? 50 : 10],
      ]),
      'shop.example.com/gpus': gpus !== null && chance(0.04) ? 'two' : gpus,
    },
    taints: taints({ kind, state, gpus }, random),
    state,
    resources: {
      capacity: { cpu: String(cpu), memory: `${cpu * perCpu}Gi` },
      allocatable: {
        cpu: `${Math.round(cpu * 1000 * (1 - used / 100))}m`,
        memory: `${Math.round(cpu * perCpu * 1024 * (1 - used / 100))}Mi`,
      },
    },
    version: `v${weighted(versions[kind])}${suffix[platform]}`,
    claims: {
      [`platform.open-cluster-management.io`]: platform === 'BareMetal' ? 'BareMetal' : platform,
      [`region.open-cluster-management.io`]: chance(0.985) ? region : null,
      'payments.shop.example.com': chance(kind === 'store' ? 0.9 : 0.3) ? 'pci' : null,
    },
    since: time(random, 400),
    seen: time(random, 20),
  };
}

function taints({ kind, state, gpus }, random) {
  const list = [];
  const timeAdded = time(random, 30);
  if (gpus !== null && random.chance(0.7)) {
    list.push({ key: 'gpu', value: 'yes', effect: 'NoSelect', timeAdded });
  }
  if (kind === 'store' && random.chance(0.03)) {
    list.push({ key: 'maintenance', value: 'planned', effect: 'NoSelectIfNew', timeAdded });
  }
  if (kind === 'core' && random.chance(0.04)) {
    list.push({ key: 'costly', effect: 'PreferNoSelect', timeAdded });
  }
  if (state === 'draining') list.push({ key: 'drain', effect: 'NoSelect', timeAdded });
  if (state === 'unreachable' || state === 'unavailable') {
    list.push({ key: `${group}/${state}`, effect: 'NoSelect', timeAdded });
  }
  return list;
}

function conditions({ state, since, seen }) {
  const accepted = {
    type: 'HubAcceptedManagedCluster',
    status: 'True',
    reason: 'HubClusterAdminAccepted',
    message: 'Accepted by the hub cluster admin',
    lastTransitionTime: since,
  };
  if (state === 'joining') return [accepted];
  const available = {
    fine: ['True', 'ManagedClusterAvailable', 'The cluster is available'],
    draining: ['True', 'ManagedClusterAvailable', 'The cluster is available'],
    unavailable: ['False', 'ManagedClusterUnavailable', 'The API server is not healthy'],
    unreachable: ['Unknown', 'ManagedClusterLeaseUpdateStopped', 'The agent sends no heartbeats'],
  }[state];
  const [status, reason, message] = available;
  return [
    accepted,
    {
      type: 'ManagedClusterJoined',
      status: 'True',
      reason: 'ManagedClusterJoined',
      message: 'The cluster has joined',
      lastTransitionTime: since,
    },
    {
      type: 'ManagedClusterConditionAvailable',
      status,
      reason,
      message,
      lastTransitionTime: seen,
    },
  ];
}

/** One document. Lists and records that fit a line stand on one, to keep a thousand clusters readable. */
function yaml(cluster) {
  const { id, labels, taints: list, state, resources, version, claims, since } = cluster;
  const known = (record) => Object.entries(record).filter(([, value]) => value !== null);
  const flow = (record) =>
    `{ ${known(record)
      .map(([key, value]) => `${key}: ${scalar(value)}`)
      .join(', ')} }`;
  const items = (records, indent) => records.map((record) => `${indent}- ${flow(record)}`);
  const lines = [
    `apiVersion: ${group}/v1`,
    'kind: ManagedCluster',
    'metadata:',
    `  name: ${id}`,
    `  creationTimestamp: ${scalar(since)}`,
    '  labels:',
    ...known(labels).map(([key, value]) => `    ${key}: ${scalar(value)}`),
    'spec:',
    '  hubAcceptsClient: true',
    '  leaseDurationSeconds: 60',
    ...(list.length > 0 ? ['  taints:', ...items(list, '  ')] : []),
    'status:',
    '  conditions:',
    ...items(conditions(cluster), '  '),
  ];
  // a cluster that has not joined has said nothing about itself
  if (state !== 'joining') {
    lines.push(
      `  version: { kubernetes: ${scalar(version)} }`,
      `  capacity: ${flow(resources.capacity)}`,
      `  allocatable: ${flow(resources.allocatable)}`,
      '  clusterClaims:',
      ...items(
        known({ 'kubeversion.open-cluster-management.io': version, ...claims }).map(
          ([name, value]) => ({ name, value }),
        ),
        '  ',
      ),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Texts that YAML would read as something else are quoted. */
function scalar(value) {
  return /^[\d.]|^(true|false|yes|no|on|off|null|[yn~])$/i.test(value) || /[:,#{}[\]"]/.test(value)
    ? `"${value}"`
    : value;
}

/** A moment in the given number of days before the first of March 2026, to the second. */
function time({ between }, days) {
  const end = Date.UTC(2026, 2, 1) / 1000;
  return `${new Date((end - between(60, days * 86_400)) * 1000).toISOString().slice(0, 19)}Z`;
}

/** The same numbers everywhere: mulberry32. */
function generator(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const between = (low, high) => low + Math.floor(next() * (high - low + 1));
  return {
    between,
    chance: (share) => next() < share,
    pick: (list) => list[between(0, list.length - 1)],
    weighted: (list) => {
      let left = next() * list.reduce((sum, [, weight]) => sum + weight, 0);
      const found = list.find(([, weight]) => {
        left -= weight;
        return left < 0;
      });
      return (found ?? list.at(-1))[0];
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder =
    process.argv[2] ?? fileURLToPath(new URL('../examples/large-fleet/clusters', import.meta.url));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of largeFleet()) writeFileSync(join(folder, name), text);
}
