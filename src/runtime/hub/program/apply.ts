import type { Instant } from '../../../base/instant.ts';
import type { IrProgram } from '../../../ir/program.ts';
import { type ProgramObject, programKind } from '../../../ir/program-object.ts';
import type { NewCondition } from '../../../kube/conditions.ts';
import { type KubeObject, refOf } from '../../../kube/object.ts';
import { placementKind } from '../../../kube/ocm/cluster.ts';
import type { Action, Outcome, Snapshot } from '../../control/controller.ts';
import { boundSets } from '../bound-sets.ts';
import { selectedClusters } from '../decisions.ts';
import { type Declared, declaredBy, type Wanted } from '../declared.ts';
import { fleetProjection } from '../fleet.ts';
import { accountOf, ownerKey } from '../ownership.ts';
import { declaredApps } from '../programs.ts';
import { worksOfApp } from '../works.ts';
import { undeclaredWorks } from './census.ts';
import { grows, inventoryOf, placesOf } from './inventory.ts';
import { isUsual, ownedIn, type Place } from './kinds.ts';
import type { StayingApp } from './losing.ts';
import { type Pruning, prune, undeclaredObjects } from './prune.ts';
import { rolloutOf, rolloutTrouble, troubleOf } from './readiness.ts';
import { programFieldManager, type Standing, standingOf } from './standing.ts';
import {
  type Attention,
  attentionStatus,
  mostAttention,
  patchProgram,
  programConditions,
  readyOf,
  sortAttention,
} from './status.ts';

interface Stood {
  readonly wanted: Wanted;
  readonly standing: Standing;
}

/** Writes what a Program declares as its account, prunes what it asks to prune, and sums up. */
export function applyProgram(
  program: ProgramObject,
  ir: IrProgram,
  { snapshot, now }: { readonly snapshot: Snapshot; readonly now: Instant },
): Outcome {
  const owner = ownerKey(program);
  const account = accountOf(program);
  const declared = declaredBy(ir, program);
  const stood = declared.wanted.map((wanted) => ({
    wanted,
    standing: standingOf(wanted, owner, snapshot),
  }));
  const { objects: owned, unread } = ownedIn(owner, placesOf(program), snapshot);
  const leftOver = undeclaredWorks({ owner, apps: declaredApps(program, ir), snapshot });
  const undeclared = { objects: undeclaredObjects(owned, declared), ...leftOver };
  const settled = unread.length === 0 && declared.refused.length === 0 && stood.every(isSettled);
  const around = surroundings(program, ir, snapshot);
  const pruning = prune(program, undeclared, { settled, account, around });
  const inventory = inventoryOf(declared.wanted, owned, unread);
  const attention = attentionOf(program, ir, { declared, stood });
  const status = summary(program, { ir, stood, declared, attention, pruning, inventory });
  // A place is written down before anything is put there: a Program must find again what it owns.
  const first: readonly Action[] = grows(program.status?.inventory ?? [], inventory)
    ? [{ ...patchProgram(program, { ...status, inventory }, now), independent: false }]
    : [];
  return {
    actions: [
      ...first,
      ...stood.flatMap((one) => write(one, program)),
      ...pruning.actions,
      patchProgram(program, { ...status, inventory }, now),
    ],
    alsoWatch: declared.wanted.filter(({ ref }) => !isUsual(ref)).map(({ ref }) => ({ ref })),
    alsoList: placesOf(program)
      .filter(({ kind }) => !isUsual(kind))
      .map(listing),
  };
}

/** What the deletion of a set or a binding would mean for the apps that stay. */
function surroundings(program: ProgramObject, ir: IrProgram, snapshot: Snapshot) {
  const apps = (): readonly StayingApp[] =>
    [...declaredApps(program, ir)].map(([key, { app, namespace }]) => ({
      namespace,
      on: app.on.map(({ placement }) => ({
        clusterSets: snapshot.get(placementKind, namespace, placement)?.spec?.clusterSets ?? [],
        selected: selectedClusters(`${namespace}/${placement}`, snapshot),
      })),
      works: snapshot.list(worksOfApp, key),
    }));
  return {
    apps,
    boundSets: (namespace: string) => boundSets(namespace, snapshot),
    setsOf: (cluster: string) => snapshot.projection(fleetProjection).facts(cluster)?.sets ?? [],
  };
}

function listing({ kind, namespace }: Place) {
  return { kind, ...(namespace !== '' && { namespace }) };
}

function isSettled({ standing, wanted }: Stood): boolean {
  return standing.state === 'applied' || (standing.state === 'edited' && wanted.handedOver);
}

function write({ wanted, standing }: Stood, program: ProgramObject): readonly Action[] {
  const { object, handedOver } = wanted;
  const apply: Action = {
    do: 'apply',
    object,
    fieldManager: programFieldManager,
    force: true,
    as: accountOf(program),
    independent: true,
  };
  switch (standing.state) {
    case 'toApply':
      return [apply];
    case 'applied':
      // Dropped by the driver where it would change nothing: fields somebody took over are taken back.
      return handedOver ? [] : [apply];
    case 'edited':
      return handedOver ? [] : [apply, ...reverted(standing.live, program)];
    case 'refused':
      // Refused by the API server: tried again, later and later. Somebody else's: left alone.
      return isForeign(standing) ? [] : [apply];
    default:
      return [];
  }
}

function isForeign({ reason }: Standing & { readonly state: 'refused' }): boolean {
  return reason === 'NotOwned' || reason === 'OwnedByAnother';
}

function reverted(live: KubeObject, { metadata }: ProgramObject): readonly Action[] {
  const { kind, namespace, name } = refOf(live);
  const what = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
  const about = { ...programKind, namespace: metadata.namespace ?? '', name: metadata.name };
  const event = {
    do: 'record',
    type: 'Warning',
    reason: 'EditedByHand',
    independent: true,
  } as const;
  return [
    { ...event, about, message: `${what} was edited by hand and is as declared again` },
    {
      ...event,
      about: refOf(live),
      message: `was edited by hand and is again as program ${metadata.namespace ?? ''}/${metadata.name} declares it`,
    },
  ];
}

function attentionOf(
  program: ProgramObject,
  ir: IrProgram,
  { declared, stood }: { readonly declared: Declared; readonly stood: readonly Stood[] },
): readonly Attention[] {
  const attention: Attention[] = [];
  for (const { wanted, standing } of stood) {
    const trouble = troubleIn(wanted, standing);
    if (trouble !== null) attention.push({ decl: wanted.decl, object: wanted.ref, ...trouble });
  }
  for (const { decl: of, params } of declared.refused) {
    const decl = ir.decls.find(({ kind, name }) => kind === of.kind && name === of.name);
    if (decl === undefined) continue;
    const message = `upstream cannot express ${params['what'] ?? 'it'}`;
    attention.push({ decl, object: null, reason: 'NotExpressible', message, weight: 80 });
  }
  for (const [, { app, namespace }] of declaredApps(program, ir)) {
    const rollout = rolloutOf(program, { namespace, name: app.name });
    const trouble = rolloutTrouble(rollout);
    const isListedElsewhere =
      rollout === undefined && (program.status?.rollouts ?? []).length >= 50;
    if (trouble !== null && !isListedElsewhere)
      attention.push({ decl: app, object: null, ...trouble });
  }
  return sortAttention(attention);
}

function troubleIn({ handedOver }: Wanted, standing: Standing) {
  switch (standing.state) {
    case 'refused':
      return { reason: standing.reason, message: standing.message, weight: 90 };
    case 'applied':
      return troubleOf(standing.live);
    case 'edited': {
      const message = handedOver
        ? 'differs from its declaration, which hands it over to its editors'
        : 'was edited by hand and is being written again';
      return troubleOf(standing.live) ?? { reason: 'EditedByHand', message, weight: 5 };
    }
    case 'going':
      return { reason: 'Deleting', message: 'is being deleted', weight: 20 };
    default:
      return null;
  }
}

function summary(
  program: ProgramObject,
  of: {
    readonly ir: IrProgram;
    readonly stood: readonly Stood[];
    readonly declared: Declared;
    readonly attention: readonly Attention[];
    readonly pruning: Pruning;
    readonly inventory: ReturnType<typeof inventoryOf>;
  },
) {
  const { ir, stood, attention, pruning } = of;
  const states = stood.map(({ standing }) => standing.state);
  const others = [
    appliedCondition(stood, of.declared),
    ...(program.spec?.prune === true ? [prunedCondition(pruning)] : []),
  ];
  const declarations = ir.decls.length;
  return {
    conditions: [...others, readyOf(others, attention, declarations)],
    counts: {
      declarations,
      objects: stood.length,
      notReady: new Set(attention.map(({ decl }) => decl)).size,
      editedByHand: states.filter((state) => state === 'edited').length,
      noLongerDeclared: pruning.count,
    },
    attention: attention.slice(0, mostAttention).map(attentionStatus),
  };
}

function appliedCondition(stood: readonly Stood[], { refused }: Declared): NewCondition {
  const type = programConditions.applied;
  const failed = stood.flatMap(({ standing, wanted }) =>
    standing.state === 'refused' ? [{ standing, wanted }] : [],
  );
  const [first] = failed;
  if (first !== undefined) {
    const { reason, message } = first.standing;
    const more = failed.length > 1 ? ` (and ${failed.length - 1} more)` : '';
    return { type, status: 'False', reason, message: `${message}${more}` };
  }
  if (refused.length > 0) {
    const message = `${refused.length} declarations say what upstream cannot express`;
    return { type, status: 'False', reason: 'NotExpressible', message };
  }
  const open = stood.filter(({ standing }) => !['applied', 'edited'].includes(standing.state));
  if (open.length > 0) {
    const message = `${open.length} of ${stood.length} objects are still to be written`;
    return { type, status: 'Unknown', reason: 'Applying', message };
  }
  const message = `all ${stood.length} objects are written`;
  return { type, status: 'True', reason: 'Applied', message };
}

function prunedCondition({ refused, count, waitsFor }: Pruning): NewCondition {
  const type = programConditions.pruned;
  if (refused !== null) return { type, status: 'False', ...refused };
  if (waitsFor.length > 0) {
    const message = `${waitsFor[0]} has yet to decide before it is known what is left over`;
    return { type, status: 'Unknown', reason: 'Undecided', message };
  }
  if (count === 0) {
    return {
      type,
      status: 'True',
      reason: 'Pruned',
      message: 'nothing is left that is not declared',
    };
  }
  const message = `${count} objects are to be deleted once everything declared is written`;
  return { type, status: 'Unknown', reason: 'Pruning', message };
}
