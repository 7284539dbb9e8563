import { instant } from '../src/base/instant.ts';
import type { HubObjects, Inventory } from '../src/engine/inventory/inventory.ts';
import { fromObjects } from '../src/engine/inventory/inventory.ts';
import type { PipelineInput } from '../src/engine/placement/input.ts';
import { Occupancy } from '../src/engine/placement/occupancy.ts';
import { runPipeline } from '../src/engine/placement/pipeline.ts';
import { schedule } from '../src/engine/placement/schedule.ts';
import type { IrExpr } from '../src/ir/expr.ts';
import type { IrPlacement } from '../src/ir/program.ts';
import type { AddOnPlacementScore, ManagedCluster } from '../src/kube/ocm/cluster.ts';
import { compile } from '../src/lang/compile.ts';
import { medianMillis, type Row, usage } from './row.ts';

const now = instant(Date.UTC(2030, 0, 1));
const noPeer = 'the peer, the scheduler of open-cluster-management.io/ocm, is not built here';

/** Clusters as a hub holds them: seven labels, claims, resources, a taint on one in twenty, one score. */
function hubOf(size: number): HubObjects {
  const clusters = Array.from({ length: size }, (_, at) => clusterAt(at));
  const scores = clusters.map(({ metadata }, at) => scoreOf(metadata.name, (at * 7919) % 201));
  const sets = ['fleet-a', 'fleet-b'].map((name) => ({
    apiVersion: 'cluster.open-cluster-management.io/v1beta2',
    kind: 'ManagedClusterSet',
    metadata: { name },
    spec: { clusterSelector: { selectorType: 'ExclusiveClusterSetLabel' as const } },
  }));
  return { clusters, sets, scores };
}

function clusterAt(at: number): ManagedCluster {
  const pick = (from: readonly string[], salt: number) => from[hash(at, salt) % from.length] ?? '';
  const name = `cluster-${String(at).padStart(5, '0')}`;
  const region = `${pick(['eu', 'us', 'ap'], 1)}-${hash(at, 2) % 9}`;
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1',
    kind: 'ManagedCluster',
    metadata: {
      name,
      labels: {
        env: pick(['prod', 'prod', 'stage', 'dev'], 3),
        cloud: pick(['Amazon', 'Google', 'Azure'], 7),
        vendor: pick(['OpenShift', 'EKS', 'GKE', 'AKS'], 5),
        team: `team-${hash(at, 8) % 40}`,
        shard: String(at % 100),
        'cluster.open-cluster-management.io/clusterset': pick(['fleet-a', 'fleet-b'], 2),
        ...(hash(at, 9) % 3 !== 0 && { tier: pick(['gold', 'silver', 'bronze'], 11) }),
      },
    },
    spec: {
      hubAcceptsClient: true,
      ...(at % 20 === 0 && { taints: [{ key: 'maintenance', effect: 'NoSelect' as const }] }),
    },
    status: {
      conditions: [],
      version: { kubernetes: `v1.${29 + (at % 6)}.${at % 10}` },
      capacity: { cpu: '64', memory: '256Gi' },
      allocatable: { cpu: `${1 + (at % 64)}`, memory: `${1 + (at % 256)}Gi` },
      clusterClaims: [
        { name: 'region.open-cluster-management.io', value: region },
        { name: 'id.k8s.io', value: `id-${at}` },
      ],
    },
  };
}

/** Small numbers that look like chance and are always the same. */
function hash(at: number, salt: number): number {
  const mixed = Math.imul(at + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d) >>> 12;
}

function scoreOf(namespace: string, value: number): AddOnPlacementScore {
  return {
    apiVersion: 'cluster.open-cluster-management.io/v1alpha1',
    kind: 'AddOnPlacementScore',
    metadata: { name: 'load', namespace },
    status: { scores: [{ name: 'free', value: value - 100 }] },
  };
}

/** So many placements of the language, none like another: predicates, weights, tolerations, groups. */
function placementsOf(count: number): readonly IrPlacement[] {
  const one = (at: number) => `placement p-${at} {
  from:  [fleet-a, fleet-b]
  where: cluster.env == ${at % 2 === 0 ? 'prod' : 'stage'}
      && cluster.region in ["eu-${at % 9}", "us-${at % 7}", "ap-${at % 5}"]
      && (!has(cluster.tier) || cluster.tier != ${['gold', 'silver', 'bronze'][at % 3]})
      && cluster.team != "team-${at % 40}"
  take:  ${1 + (at % 50)}
}
`;
  const head = `namespace bench
fleet {
  env:    prod | stage | dev
  team:   string
  region: string from claim "region.open-cluster-management.io"
  tier?:  gold | silver | bronze
}
clusterset fleet-a { members: exclusive }
clusterset fleet-b { members: exclusive }
namespace bench { bind: [fleet-a, fleet-b] }
`;
  const text = `${head}${Array.from({ length: count }, (_, at) => one(at)).join('')}`;
  const { program, diagnostics } = compile({ files: [{ uri: 'bench.ocm', text }] });
  if (program === null) throw new Error(`it does not compile: ${JSON.stringify(diagnostics[0])}`);
  return program.decls.filter((decl) => decl.kind === 'placement');
}

interface Sweep {
  readonly inventory: Inventory;
  readonly placements: readonly IrPlacement[];
  readonly decided: readonly (readonly string[])[];
  readonly occupancy: Occupancy;
}

function inputOf(
  { inventory, decided, occupancy }: Sweep,
  placement: IrPlacement,
  at: number,
): PipelineInput {
  const own = decided[at] ?? [];
  return {
    placement,
    inventory,
    boundSets: ['fleet-a', 'fleet-b'],
    decided: own,
    othersDecided: occupancy.without(own),
    now,
    compat: 'native',
  };
}

function decideAll(sweep: Sweep): readonly (readonly string[])[] {
  return sweep.placements.map((placement, at) => schedule(inputOf(sweep, placement, at)).selected);
}

/** A thousand placements over ten thousand clusters, each decided anew; the first sweep fills the columns. */
async function sweep(): Promise<Row> {
  const started = process.cpuUsage();
  const text = JSON.stringify(hubOf(10_000));
  const placements = placementsOf(1000);
  const objects = JSON.parse(text) as HubObjects;
  const begun = performance.now();
  const inventory = fromObjects(objects);
  const ingested = performance.now();
  const empty = { inventory, placements, decided: [], occupancy: new Occupancy() };
  const decided = decideAll(empty);
  const cold = performance.now();
  const settled = { ...empty, decided, occupancy: Occupancy.of(decided.flat()) };
  const right = checkSome(settled);
  const ours = medianMillis(() => decideAll(settled));
  const clusters = decided.reduce((sum, { length }) => sum + length, 0);
  return {
    name: 'sweep-10k-1k',
    ours: round(ours),
    peer: null,
    unit: 'ms',
    ratio: null,
    ...usage(started),
    peerVersion: null,
    note: `1,000 placements x 10,000 clusters on one core, warm; ingest of decoded JSON ${round(ingested - begun)} ms, first sweep ${round(cold - ingested)} ms; ${clusters} clusters decided, ${right} placements the same in the reference evaluator; ${noPeer}`,
  };
}

// Some of the decisions by the reference evaluator: a fast answer that is wrong is not worth measuring.
function checkSome(sweep: Sweep): number {
  let checked = 0;
  for (let at = 0; at < sweep.placements.length; at += 50) {
    const placement = sweep.placements[at];
    if (placement === undefined) continue;
    const input = inputOf(sweep, placement, at);
    const [fast, reference] = [schedule(input).selected, runPipeline(input).selected];
    if (fast.length === 0 || fast.join() !== reference.join()) {
      throw new Error(`${placement.name} is decided differently by the reference evaluator`);
    }
    checked += 1;
  }
  return checked;
}

const byLabel: IrExpr = {
  op: 'selector',
  over: 'label',
  selector: {
    matchLabels: { env: 'prod' },
    matchExpressions: [{ key: 'vendor', operator: 'NotIn', values: ['AKS'] }],
  },
};
const byCel: IrExpr = {
  op: 'cel',
  source:
    'managedCluster.status.clusterClaims.exists(c, c.name == "region.open-cluster-management.io" && c.value.startsWith("eu")) && managedCluster.metadata.labels["env"] == "prod"',
};

/** One placement that takes the best ten of ten thousand; warm, and after the inventory was made anew. */
function single(name: string, where: IrExpr): () => Promise<Row> {
  return async () => {
    const started = process.cpuUsage();
    const objects = hubOf(10_000);
    const [plain] = placementsOf(1);
    if (plain === undefined) throw new Error('there is a placement');
    const placement = { ...plain, where, numberOfClusters: 10 };
    const made = (inventory: Inventory): Sweep => ({
      inventory,
      placements: [placement],
      decided: [[]],
      occupancy: new Occupancy(),
    });
    const inventories = Array.from({ length: 20 }, () => fromObjects(objects));
    let next = 0;
    const cold = medianMillis(
      () => {
        const inventory = inventories[next % inventories.length];
        next += 1;
        if (inventory !== undefined) decideAll(made(inventory));
      },
      { warmUp: 5, runs: 15 },
    );
    const warm = made(fromObjects(objects));
    const right = checkSome(warm);
    const ours = medianMillis(() => decideAll(warm), { warmUp: 50, runs: 101 });
    return {
      name,
      ours: Math.round(ours * 1e4) / 1e4,
      peer: null,
      unit: 'ms',
      ratio: null,
      ...usage(started),
      peerVersion: null,
      note: `one placement, the best 10 of 10,000, inventory unchanged; with a new inventory ${round(cold)} ms; ${right} the same in the reference evaluator; ${noPeer}`,
    };
  };
}

function round(millis: number): number {
  return Math.round(millis * 100) / 100;
}

export const rows: Readonly<Record<string, () => Promise<Row>>> = {
  'sweep-10k-1k': sweep,
  'label-10k': single('label-10k', byLabel),
  'cel-10k': single('cel-10k', byCel),
};
