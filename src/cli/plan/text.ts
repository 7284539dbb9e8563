import type {
  AppChange,
  Change,
  ObjectChange,
  PlacementChange,
  PolicyChange,
} from '../../engine/simulate/change.ts';
import { isChange, titleOfName } from '../../engine/simulate/change.ts';
import { count } from '../terminal/count.ts';
import { printable } from '../terminal/escape.ts';

const mostNamed = 6;
const signs = { new: '+', gone: '-', changed: '~' } as const;

/** A change for people, on a terminal. */
export function changeText(change: Change, clusters: number): string {
  if (!isChange(change)) return `nothing changes on ${count(clusters, 'cluster')}\n`;
  const blocks = [
    headline(change, clusters),
    ...change.placements.map((one) => block(placementHead(one), placementLines(one))),
    ...change.apps.map((one) => block(appHead(one), appLines(one))),
    ...change.policies.map((one) => block(policyHead(one), policyLines(one))),
    ...(change.hub.length === 0 ? [] : [block('on the hub', change.hub.map(objectLine))]),
  ];
  return printable(`${blocks.join('\n\n')}\n`);
}

/** How much changes, in one line. */
export function headline({ placements, apps, policies, hub }: Change, clusters: number): string {
  const parts = [
    some(placements.length, 'placement'),
    some(apps.length, 'app'),
    some(policies.length, 'policy', 'policies'),
    some(hub.length, 'object of the hub', 'objects of the hub'),
  ].filter((part) => part !== '');
  const touched = new Set([
    ...placements.flatMap(({ enter, leave }) => [...enter, ...leave]),
    ...apps.flatMap(({ objects }) => objects.flatMap((of) => of.clusters)),
    ...policies.flatMap(({ enter, leave, enforces, reports }) =>
      [enter, leave, enforces, reports].flat(),
    ),
  ]);
  const total = placements.length + apps.length + policies.length + hub.length;
  const verbs = [total === 1 ? 'changes' : 'change', touched.size === 1 ? 'is' : 'are'];
  return `${parts.join(', ')} ${verbs[0]}; ${touched.size} of ${count(clusters, 'cluster')} ${verbs[1]} touched`;
}

/** What happens to a placement, in one line. */
export function placementHead({ is, before, after, ...name }: PlacementChange): string {
  return `${signs[is]} placement ${titleOfName(name)}: ${before} → ${count(after, 'cluster')}`;
}

/** Who enters and leaves, and what goes wrong. */
export function placementLines(of: PlacementChange): readonly string[] {
  return [
    ...names('enter', of.enter),
    ...names('leave', of.leave),
    ...names('change their group', of.regrouped),
    ...of.problems,
  ];
}

/** What happens to an app, in one line. */
export function appHead({ is, objects, ...name }: AppChange): string {
  const touched = new Set(objects.flatMap(({ clusters }) => clusters)).size;
  return `${signs[is]} app ${titleOfName(name)}: ${count(touched, 'cluster')} to change`;
}

/** The objects, the order, and the clusters that cannot be given it. */
export function appLines({ is, objects, waves, failing }: AppChange): readonly string[] {
  return [
    ...objects.map(objectLine),
    ...(is === 'gone' ? ['nothing is deleted without --prune'] : []),
    ...waves.map(({ at, clusters }) => `${after(at)}: ${shortList(clusters)}`),
    ...failing.map(({ cluster, why }) => `${cluster} cannot be given it: ${why}`),
  ];
}

/** What happens to a policy, in one line. */
export function policyHead({ is, ...name }: PolicyChange): string {
  return `${signs[is]} policy ${titleOfName(name)}`;
}

/** Where it is placed and enforces otherwise, and where its text changes. */
export function policyLines(of: PolicyChange): readonly string[] {
  return [
    ...names('placed on', of.enter),
    ...names('taken from', of.leave),
    ...names('begins to enforce on', of.enforces),
    ...names('only reports on', of.reports),
    ...(of.paths.length === 0 ? [] : [`changes at ${of.paths.join(', ')}`]),
  ];
}

/** One object, where it changes, and on how many clusters. */
export function objectLine({ object, is, paths, clusters }: ObjectChange): string {
  const where = clusters.length === 0 ? '' : ` on ${shortList(clusters)}`;
  const at = paths.length === 0 ? '' : `: ${paths.join(', ')}`;
  return `${signs[is]} ${object}${where}${at}`;
}

function names(what: string, clusters: readonly string[]): readonly string[] {
  return clusters.length === 0 ? [] : [`${what} (${clusters.length}): ${shortList(clusters)}`];
}

function after(millis: number): string {
  if (millis === 0) return 'first';
  const seconds = Math.round(millis / 1000);
  if (seconds % 60 !== 0) return `after ${seconds}s`;
  const minutes = seconds / 60;
  return minutes % 60 === 0 ? `after ${minutes / 60}h` : `after ${minutes}m`;
}

function shortList(clusters: readonly string[]): string {
  const shown = clusters.slice(0, mostNamed).join(', ');
  const more = clusters.length - mostNamed;
  return more > 0 ? `${shown} and ${more} more` : shown;
}

function some(n: number, one: string, many?: string): string {
  return n === 0 ? '' : count(n, one, many);
}

function block(head: string, lines: readonly string[]): string {
  return [head, ...lines.map((line) => `    ${line}`)].join('\n');
}
