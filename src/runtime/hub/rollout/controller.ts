import {
  type ProgramObject,
  type ProgramPart,
  programKind,
  programPartKind,
} from '../../../ir/program-object.ts';
import { keyOf, parseKey } from '../../../kube/object.ts';
import {
  type ManagedCluster,
  type ManagedClusterSetBinding,
  managedClusterKind,
  managedClusterSetBindingKind,
  type Placement,
  type PlacementDecision,
  placementDecisionKind,
  placementKind,
} from '../../../kube/ocm/cluster.ts';
import { type ManifestWork, manifestWorkKind } from '../../../kube/ocm/work.ts';
import {
  type Controller,
  done,
  type Index,
  type Outcome,
  type Projection,
  type Snapshot,
  watch,
} from '../../control/controller.ts';
import { bindingsInNamespace } from '../bound-sets.ts';
import { decisionsOfCluster, decisionsOfPlacement, placementOf } from '../decisions.ts';
import { fleetKinds, fleetProjection } from '../fleet.ts';
import { appKey, type Programs, parseAppKey, programsProjection } from '../programs.ts';
import { appOf, worksOfApp } from '../works.ts';
import { type DeliverInput, type Delivery, deliver } from './deliver.ts';
import { dependsOnCluster, looksUp, Renderer } from './render.ts';
import { reportRollout } from './report.ts';
import { type Right, rightToDeliver } from './rights.ts';

export interface RolloutOptions {
  readonly compat?: 'upstream';
}

/**
 * Rolls out the apps of Programs as ManifestWorks: one key, one app. The works are written with the hub's rights, as
 * upstream's replica sets are, for accounts that may create those (architecture.md §7).
 */
export function rollOutApps({ compat }: RolloutOptions = {}): Controller {
  const renderer = new Renderer(compat ?? 'native');
  return {
    name: 'rollout',
    watches: [
      watch({ kind: programKind, keys: keysOfProgram }),
      watch({ kind: programPartKind, keys: keysOfPart }),
      watch({
        kind: placementKind,
        keys: (placement: Placement, snapshot) =>
          snapshot.projection(programsProjection).appsOn(keyOf(placement)),
      }),
      watch({
        kind: placementDecisionKind,
        keys: (decision: PlacementDecision, snapshot) =>
          snapshot.projection(programsProjection).appsOn(placementOf(decision) ?? ''),
      }),
      watch({
        kind: manifestWorkKind,
        keys: (work: ManifestWork) => {
          const app = appOf(work);
          return app === undefined ? [] : [app];
        },
      }),
      watch({ kind: managedClusterKind, keys: keysOfCluster }),
      watch({
        kind: managedClusterSetBindingKind,
        keys: ({ metadata }: ManagedClusterSetBinding, snapshot) =>
          snapshot.projection(programsProjection).appsIn(metadata.namespace ?? ''),
      }),
      ...fleetKinds
        .filter(({ kind }) => kind !== managedClusterKind.kind)
        .map((kind) => watch({ kind, keys: () => [] })),
    ],
    indexes: [
      worksOfApp,
      decisionsOfCluster,
      decisionsOfPlacement,
      bindingsInNamespace,
    ] as unknown as readonly Index[],
    projections: [programsProjection, fleetProjection] as readonly Projection<unknown>[],
    reconcile: (key, snapshot, now) =>
      rollOut(key, { snapshot, now, renderer, ...(compat && { compat }) }),
  };
}

function rollOut(
  key: string,
  pass: Pick<DeliverInput, 'snapshot' | 'now' | 'renderer' | 'compat'>,
): Outcome {
  const { snapshot } = pass;
  const at = parseAppKey(key);
  if (at === null) return done;
  const { namespace, name } = parseKey(at.program);
  const program = snapshot.get(programKind, namespace, name);
  if (program === undefined || program.metadata.deletionTimestamp !== undefined) return done;
  const programs = snapshot.projection(programsProjection);
  const decoded = programs.decoded(at.program);
  // A program that cannot be read is touched by nobody.
  if (decoded?.state !== 'ok') return done;
  const named = `${at.namespace}/${at.name}`;
  const app = programs.declaration(at.program, { ...at, kind: 'app' });
  // Other carriers have controllers of their own.
  if (app === undefined || app.via !== undefined)
    return { actions: reportRollout(program, named, null) };
  const fleet = snapshot.projection(fleetProjection);
  const delivery = () => deliver({ ...pass, program, ir: decoded.program, app, fleet });
  const { right, actions, again } = rightToDeliver(program, at.namespace, pass);
  if (right.state === 'asked') {
    // What is looked up stays watched while the question is asked again.
    const watches = right.isRepeated && looksUp(app) ? delivery().watches : {};
    return { actions, ...(again !== undefined && { again }), ...watches };
  }
  if (right.state === 'denied' || (right.state === 'unclear' && !isReported(program, named))) {
    return { actions: [...reportRollout(program, named, stopped(named, right)), ...actions] };
  }
  // What was reported last stands until the question is answered.
  if (right.state === 'unclear') return { actions };
  return outcomeOf(program, named, delivery());
}

function outcomeOf(
  program: ProgramObject,
  app: string,
  { actions, rollout, again, watches }: Delivery,
): Outcome {
  const report = rollout === null ? [] : reportRollout(program, app, rollout);
  return { actions: [...actions, ...report], ...(again !== null && { again }), ...watches };
}

function isReported({ status }: ProgramObject, app: string): boolean {
  return (status?.rollouts ?? []).some((rollout) => rollout.app === app);
}

function stopped(app: string, { state, message }: Right & { readonly message: string }) {
  const numbers = { of: 0, done: 0, updating: 0, failed: 0, halted: false };
  const reason = state === 'denied' ? 'Forbidden' : 'RightsUnknown';
  return { app, ...numbers, reason, message };
}

function keysOfProgram(program: ProgramObject, snapshot: Snapshot): readonly string[] {
  const programs = snapshot.projection(programsProjection);
  if (!programs.changedSpec(program)) return [];
  const key = keyOf(program);
  const declared = programs.apps(key).map((app) => appKey(program, app));
  const reported = (program.status?.rollouts ?? []).map(({ app }) => `${key}/${app}`);
  return [...new Set([...declared, ...reported])];
}

function keysOfPart(part: ProgramPart, snapshot: Snapshot): readonly string[] {
  const programs = snapshot.projection(programsProjection);
  return programs.usersOf(keyOf(part)).flatMap((key) => {
    const { namespace, name } = parseKey(key);
    const program = snapshot.get(programKind, namespace, name);
    return program === undefined ? [] : programs.apps(key).map((app) => appKey(program, app));
  });
}

/** The apps that are to be on a cluster, where their manifests say something about clusters. */
function keysOfCluster({ metadata }: ManagedCluster, snapshot: Snapshot): readonly string[] {
  const programs = snapshot.projection(programsProjection);
  const placements = snapshot
    .list(decisionsOfCluster, metadata.name)
    .flatMap((decision) => placementOf(decision) ?? []);
  const keys = placements.flatMap((placement) => programs.appsOn(placement));
  return [...new Set(keys)].filter((key) => dependsOnClusters(key, programs));
}

function dependsOnClusters(key: string, programs: Programs): boolean {
  const at = parseAppKey(key);
  if (at === null) return false;
  const app = programs.declaration(at.program, { ...at, kind: 'app' });
  return app !== undefined && dependsOnCluster(app);
}
