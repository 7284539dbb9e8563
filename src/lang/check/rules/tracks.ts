import { problem } from '../../diagnostics.ts';
import { isList, type Value } from '../../fold/value.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { fieldsOf, knownValue, textOf } from '../known.ts';
import type { Session } from '../session.ts';
import { type BlockRule, keySpan, reportOn, valueSpan } from './rule.ts';

/** Kinds whose status upstream's agent knows (ocm/pkg/work/spoke/statusfeedback/rules/rule.go). */
const wellKnownStatus: ReadonlySet<string> = new Set([
  'apps/Deployment',
  'apps/DaemonSet',
  'batch/Job',
  '/Pod',
]);
/** Kinds whose end it knows (ocm/pkg/work/spoke/conditions). */
const wellKnownEnd: ReadonlySet<string> = new Set(['batch/Job', '/Pod']);

/** OCM2013 and OCM2026: paths and well-known values that an agent would refuse or pass over in silence (Rule 52). */
export const tracks: BlockRule<'app'> = (app, session) => {
  for (const track of blocksOf(app.children, 'track')) {
    checkFeedback(track, session);
    checkUpdate(track, session);
  }
};

function checkFeedback(track: Checked<'track'>, session: Session): void {
  const { kind, values } = track;
  const name = kind === null ? '' : `${kind.group}/${kind.kind}`;
  const known: readonly [string, ReadonlySet<string>][] = [
    ['feedback', wellKnownStatus],
    ['complete', wellKnownEnd],
  ];
  for (const [key, kinds] of known) {
    const word = textOf(values[key as 'feedback' | 'complete']);
    if (kind === null || word === undefined || kinds.has(name)) continue;
    const range = `it is known of ${[...kinds].map((each) => each.split('/')[1]).join(', ')} only`;
    const params = { what: `\`${word}\``, range };
    reportOn(track, problem('OCM2013', valueSpan(track, key), params), session);
  }
  for (const [name, path] of fieldsOf(knownValue(values.feedback)) ?? []) {
    const text = String(path);
    if (text.startsWith('.') && !/[{}]/.test(text)) continue;
    const params = { what: `\`${name}\``, range: 'a path such as `.status.phase`, without braces' };
    reportOn(track, problem('OCM2013', valueSpan(track, 'feedback'), params), session);
  }
}

/** Only server-side apply has a manager, whose name begins as the API wants it, can force, and can leave fields alone. */
function checkUpdate(track: Checked<'track'>, session: Session): void {
  const update = fieldsOf(knownValue(track.values.update));
  const type = update?.get('type') ?? 'Update';
  if (update === undefined) return;
  const manager = update.get('manager');
  if (typeof manager === 'string' && !manager.startsWith('work-agent')) {
    const params = { what: '`manager`', range: 'it begins with `work-agent`' };
    reportOn(track, problem('OCM2013', valueSpan(track, 'update'), params), session);
  }
  checkIgnored(update.get('ignore'), track, session);
  if (type === 'ServerSideApply') return;
  for (const key of ['force', 'manager', 'ignore']) {
    if (!update.has(key)) continue;
    const help = ['say `type: ServerSideApply`'];
    const params = { key, other: `\`type: ${String(type)}\`` };
    reportOn(track, problem('OCM2026', keySpan(track, 'update'), params, { help }), session);
  }
}

/** The API takes one entry for each moment. */
function checkIgnored(ignore: Value | undefined, track: Checked<'track'>, session: Session): void {
  const seen = new Set<string>();
  for (const entry of ignore !== undefined && isList(ignore) ? ignore : []) {
    const name = String(fieldsOf(entry)?.get('when') ?? 'OnSpokePresent');
    if (seen.has(name)) {
      const help = ['one entry may have several `paths`, `pointers` and `jq`'];
      const span = valueSpan(track, 'update');
      reportOn(track, problem('OCM2014', span, { name: `when: ${name}` }, { help }), session);
    }
    seen.add(name);
  }
}
