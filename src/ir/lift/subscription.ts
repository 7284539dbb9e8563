import { type Json, jsonEqual } from '../../base/json.ts';
import { apiVersionOf, type KubeObject } from '../../kube/object.ts';
import {
  channelKind,
  gitAnnotations,
  lowerSubscriptions,
  subscriptionKind,
} from '../lower/subscription.ts';
import type { IrApp, IrCarriedSource, IrWindow } from '../program.ts';
import { weekdays } from '../weekdays.ts';
import { labelled, listAt, nodeOf, objectAt, textAt, textsAt, wordAt } from './read.ts';

/** A Channel with the one Subscription that reads it, as an app. */
export interface LiftedSubscription {
  readonly channel: KubeObject;
  readonly subscription: KubeObject;
  readonly app: IrApp;
}

/**
 * The pairs of a list that are exactly what an app `via: subscription` becomes. Everything else of that API, which is
 * retired, stays as it is.
 */
export function liftSubscriptions(objects: readonly KubeObject[]): readonly LiftedSubscription[] {
  const subscriptions = objects.filter((object) => isA(object, subscriptionKind));
  return objects
    .filter((object) => isA(object, channelKind))
    .flatMap((channel): readonly LiftedSubscription[] => {
      const { name, namespace = '' } = channel.metadata;
      const readers = subscriptions.filter(
        ({ spec }) => objectAt(spec)['channel'] === `${namespace}/${name}`,
      );
      const [subscription, ...more] = readers;
      if (subscription === undefined || more.length > 0) return [];
      const app = appOf(channel, subscription);
      const made = app === null ? [] : lowerSubscriptions(app);
      const isSame = jsonEqual(made as unknown as Json, [channel, subscription] as unknown as Json);
      return app === null || !isSame ? [] : [{ channel, subscription, app }];
    });
}

function isA({ apiVersion, kind }: KubeObject, of: typeof channelKind): boolean {
  return kind === of.kind && apiVersion === apiVersionOf(of);
}

function appOf(channel: KubeObject, subscription: KubeObject): IrApp | null {
  const spec = objectAt(subscription.spec);
  const { annotations = {}, labels } = labelled(subscription);
  const { [gitAnnotations.path]: path, [gitAnnotations.ref]: ref, ...others } = annotations;
  const source = sourceOf(channel, subscription, { path, ref });
  const placement = textAt(objectAt(objectAt(spec['placement'])['placementRef'])['name']);
  if (source === null || placement === null) return null;
  const window = spec['timewindow'] === undefined ? null : windowOf(spec['timewindow']);
  return {
    kind: 'app',
    via: 'subscription',
    ...nodeOf(subscription),
    ...(labels === undefined ? {} : { labels }),
    ...(Object.keys(others).length === 0 ? {} : { annotations: others }),
    on: [{ placement, rollout: null }],
    manifests: [],
    ...(window === null ? {} : { window }),
    sources: [source],
  };
}

function sourceOf(
  channel: KubeObject,
  { spec }: KubeObject,
  git: { readonly path: string | undefined; readonly ref: string | undefined },
): IrCarriedSource | null {
  const { type, pathname } = objectAt(channel.spec);
  const { name, packageFilter } = objectAt(spec);
  if (typeof pathname !== 'string') return null;
  if (type === 'Git') {
    return { source: 'git', url: pathname, ref: git.ref ?? null, path: git.path ?? null };
  }
  if (type !== 'HelmRepo' || typeof name !== 'string') return null;
  const version = textAt(objectAt(packageFilter)['version']);
  const rest = { version, values: null, name: null, namespace: null };
  return { source: 'helm', repository: pathname, chart: name, ...rest };
}

function windowOf(of: Json | undefined): IrWindow | null {
  const { windowtype, location, daysofweek, hours } = objectAt(of);
  const mode = wordAt(windowtype, ['active', 'blocked']);
  const ranges = listAt(hours).map((range) => {
    const { start, end } = objectAt(range);
    const [from, to] = [clock(textAt(start) ?? ''), clock(textAt(end) ?? '')];
    return `${from}-${to === '00:00' ? '24:00' : to}`;
  });
  if (mode === null) return null;
  const days = textsAt(daysofweek).flatMap((day) => wordAt(day, weekdays) ?? []);
  return { mode, ranges, zone: textAt(location) ?? '', days };
}

/** `10:30PM` as `22:30`; what is no such time is seen when it is written again. */
function clock(kitchen: string): string {
  const match = /^(\d{1,2}):(\d\d)(AM|PM)$/.exec(kitchen);
  if (match === null) return '';
  const [, hours = '', minutes = '', half = ''] = match;
  const hour = (Number(hours) % 12) + (half === 'PM' ? 12 : 0);
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}
