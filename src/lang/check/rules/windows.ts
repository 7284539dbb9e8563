import { problem } from '../../diagnostics.ts';
import { type Fields, isList } from '../../fold/value.ts';
import { accountOf, minutesOf } from '../carrier.ts';
import type { Checked } from '../checked.ts';
import { fieldsOf, knownValue, textOf } from '../known.ts';
import type { Session } from '../session.ts';
import { type BlockRule, keySpan, reportOn, valueSpan } from './rule.ts';

/** OCM2022, OCM2013, OCM2026 and OCM2029: times, zones and accounts an app may name (Rule 53). */
export const windows: BlockRule<'app'> = (app, session) => {
  const window = fieldsOf(knownValue(app.values.window));
  if (window !== undefined) checkWindow(app, window, session);
  const executor = textOf(app.values.executor);
  if (executor !== undefined && accountOf(executor) === null) {
    const params = { what: '`executor`', range: 'a service account is `namespace/name`' };
    reportOn(app, problem('OCM2013', valueSpan(app, 'executor'), params), session);
  }
  checkOrphans(app, session);
};

function checkWindow(app: Checked<'app'>, window: Fields, session: Session): void {
  const span = keySpan(app, 'window');
  if (window.has('active') && window.has('blocked')) {
    const help = ['say when changes may happen, or when they may not'];
    const params = { key: 'active', other: '`blocked`' };
    reportOn(app, problem('OCM2026', span, params, { help }), session);
    return;
  }
  const ranges = window.get('active') ?? window.get('blocked');
  if (ranges === undefined || !isList(ranges)) {
    const help = ['say when: `active: ["22:00-24:00", "00:00-05:00"]`'];
    const params = { block: '`window`', key: 'active' };
    reportOn(app, problem('OCM2029', span, params, { help }), session);
    return;
  }
  for (const range of ranges) checkRange(app, String(range), session);
  const zone = window.get('zone');
  if (typeof zone === 'string' && !/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone)) {
    const params = { what: '`zone`', range: 'a zone is called such as `Europe/Prague`' };
    reportOn(app, problem('OCM2013', valueSpan(app, 'window'), params), session);
  }
}

function checkRange(app: Checked<'app'>, range: string, session: Session): void {
  const span = rangeSpan(app, range);
  const minutes = minutesOf(range);
  if (minutes === null || minutes.start === minutes.end) {
    const params = { what: `\`${range}\``, range: 'a range is `HH:MM-HH:MM`, at most `24:00`' };
    reportOn(app, problem('OCM2013', span, params), session);
    return;
  }
  if (minutes.start < minutes.end) return;
  const [start = '', end = ''] = range.split('-');
  const split = `"${start}-24:00"${end === '00:00' ? '' : `, "00:00-${end}"`}`;
  const isWritten = app.shaped.place.chunk.text.slice(span.start, span.end) === `"${range}"`;
  const fixes = isWritten ? [{ title: 'split it', edits: [{ span, text: split }] }] : [];
  const advice = { help: [`split it: \`${split}\``], fixes };
  reportOn(app, problem('OCM2022', span, { range }, advice), session);
}

function rangeSpan(app: Checked<'app'>, range: string) {
  const whole = valueSpan(app, 'window');
  const { text } = app.shaped.place.chunk;
  const at = text.indexOf(`"${range}"`, whole.start);
  return at < 0 || at >= whole.end ? whole : { start: at, end: at + range.length + 2 };
}

/** `orphan` says which objects stay, and is read with `delete: SelectivelyOrphan` only. */
function checkOrphans(app: Checked<'app'>, session: Session): void {
  const { orphan, delete: policy } = app.shaped.keys;
  if (orphan === null) return;
  const written = textOf(app.values.delete);
  if (written === 'SelectivelyOrphan' || (policy !== null && written === undefined)) return;
  const help = ['say `delete: SelectivelyOrphan`'];
  const params = { key: 'orphan', other: `\`delete: ${written ?? 'Foreground'}\`` };
  reportOn(app, problem('OCM2026', keySpan(app, 'orphan'), params, { help }), session);
}
