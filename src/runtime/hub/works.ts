import { labelValue } from '../../ir/lower/owned.ts';
import type { IrApp } from '../../ir/program.ts';
import { programGroup } from '../../ir/program-object.ts';
import { type KubeObject, parseKey } from '../../kube/object.ts';
import { type ManifestWork, manifestWorkKind } from '../../kube/ocm/work.ts';
import type { Index } from '../control/controller.ts';
import { ownerKeyNamed, ownerKeyOf } from './ownership.ts';
import { parseAppKey } from './programs.ts';

/** Annotations of the works of apps. */
export const workAnnotations = {
  /** `appKey` of the app. */
  app: `${programGroup}/app`,
  /** Hash of what all works of the app hold on this cluster. */
  revision: `${programGroup}/revision`,
  /** How many works the app has on this cluster. */
  works: `${programGroup}/works`,
  /** When this revision was handed over, RFC 3339. */
  appliedAt: `${programGroup}/applied-at`,
} as const;

/** Labels of the works of apps, besides those of ownership. */
export const workLabels = {
  app: `${programGroup}/app`,
  appNamespace: `${programGroup}/app-namespace`,
  placement: `${programGroup}/placement`,
} as const;

/** Works by the `appKey` of their app. */
export const worksOfApp: Index<ManifestWork> = {
  name: 'works-of-app',
  kind: manifestWorkKind,
  keys: (work) => {
    const app = appOf(work);
    return app === undefined ? [] : [app];
  },
};

/**
 * The `appKey` of a work's app, undefined for works of nobody's or somebody else's: an agent may annotate its own works,
 * so an app of a Program that the labels do not name as the owner is none.
 */
export function appOf(work: KubeObject): string | undefined {
  const app = work.metadata.annotations?.[workAnnotations.app];
  const at = app === undefined ? null : parseAppKey(app);
  if (at === null) return undefined;
  return ownerKeyOf(work) === ownerKeyNamed(parseKey(at.program)) ? app : undefined;
}

/** The label of the placement a work came by. */
export function placementOf({ metadata }: KubeObject): string {
  return metadata.labels?.[workLabels.placement] ?? '';
}

/** An app of a Program, with the namespace of its placements. */
export interface DeclaredApp {
  readonly app: Pick<IrApp, 'on'>;
  readonly namespace: string;
}

/**
 * Tells which works of one app no declaration stands for: all of an app that is no longer declared, and those by a
 * placement the app was taken off, on clusters none of its others selects; those are not known before all of them have
 * decided. What a cluster loses by leaving a placement is the rollout's business.
 */
export function undeclaredFor(
  declared: DeclaredApp | undefined,
  /** By `namespace/placement`; null while one has not decided. */
  selected: (placement: string) => readonly string[] | null,
): (work: ManifestWork) => boolean {
  if (declared === undefined) return () => true;
  const { app, namespace } = declared;
  const on = labelsOn(app);
  const selections = app.on.map(({ placement }) => selected(`${namespace}/${placement}`));
  const decided = selections.filter((clusters) => clusters !== null);
  if (decided.length < selections.length) return () => false;
  const stays = new Set(decided.flat());
  return (work) => !on.has(placementOf(work)) && !stays.has(work.metadata.namespace ?? '');
}

/** The labels that works of an app carry for the placements it is on. */
export function labelsOn({ on }: Pick<IrApp, 'on'>): ReadonlySet<string> {
  return new Set(on.map(({ placement }) => labelValue(placement)));
}
