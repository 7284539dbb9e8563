import type { JsonObject } from '../../base/json.ts';
import { apiVersionOf, type KubeObject } from '../../kube/object.ts';
import type { IrApp, IrCarriedSource, IrPlaced, IrWindow } from '../program.ts';
import { entryName } from './application-set.ts';
import { objectOf } from './lowered.ts';

/** API group of the retired application API: read and written for what was imported only (language.md §5.4). */
export const appsGroup = 'apps.open-cluster-management.io';
export const channelKind = { group: appsGroup, version: 'v1', kind: 'Channel' };
export const subscriptionKind = { group: appsGroup, version: 'v1', kind: 'Subscription' };
/** Annotations of a Subscription that say where in a repository, and which revision. */
export const gitAnnotations = { path: `${appsGroup}/git-path`, ref: `${appsGroup}/git-branch` };

/** A Channel for the source of an app, and a Subscription for each placement. */
export function lowerSubscriptions(decl: IrApp): readonly KubeObject[] {
  const [source] = decl.sources ?? [];
  if (source === undefined) return [];
  return [
    channelOf(decl, source),
    ...decl.on.map((placed) => subscriptionOf(decl, source, placed)),
  ];
}

function channelOf({ name, namespace }: IrApp, source: IrCarriedSource): KubeObject {
  const pathname = source.source === 'git' ? source.url : source.repository;
  return {
    apiVersion: apiVersionOf(channelKind),
    kind: channelKind.kind,
    metadata: { name, ...(namespace === '' ? {} : { namespace }) },
    spec: { type: source.source === 'git' ? 'Git' : 'HelmRepo', pathname },
  } as KubeObject;
}

function subscriptionOf(decl: IrApp, source: IrCarriedSource, placed: IrPlaced): KubeObject {
  const isGit = source.source === 'git';
  const annotations = isGit
    ? {
        ...(source.path === null ? {} : { [gitAnnotations.path]: source.path }),
        ...(source.ref === null ? {} : { [gitAnnotations.ref]: source.ref }),
      }
    : {};
  const spec: JsonObject = {
    channel: `${decl.namespace}/${decl.name}`,
    ...(isGit ? {} : { name: source.chart }),
    ...(isGit || source.version === null ? {} : { packageFilter: { version: source.version } }),
    placement: { placementRef: { kind: 'Placement', name: placed.placement } },
    ...(decl.window === undefined ? {} : { timewindow: timeWindowOf(decl.window) }),
  };
  const named = { ...decl, name: entryName(decl, placed) };
  return objectOf(subscriptionKind, named, { spec }, annotations);
}

/** Upstream's form of a window: clock times as in `10:30AM`, and `12:00AM` for the end of a day. */
export function timeWindowOf({ mode, zone, days, ranges }: IrWindow): JsonObject {
  return {
    windowtype: mode,
    location: zone,
    daysofweek: days,
    hours: ranges.map((range) => {
      const [start = '', end = ''] = range.split('-');
      return { start: kitchen(start), end: kitchen(end) };
    }),
  };
}

function kitchen(time: string): string {
  const [hours = '', minutes = ''] = time.split(':');
  const hour = Number(hours) % 24;
  return `${((hour + 11) % 12) + 1}:${minutes}${hour < 12 ? 'AM' : 'PM'}`;
}
