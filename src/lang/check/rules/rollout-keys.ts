import type { Span } from '../../../base/span.ts';
import { problem } from '../../diagnostics.ts';
import { isList, isUnit, type Value } from '../../fold/value.ts';
import type { BodyNode, Expr } from '../../syntax/ast.ts';
import { type Around, blocksOf, type Checked } from '../checked.ts';
import { fieldsOf, knownValue, listOf, placedEntry } from '../known.ts';
import { type RolloutKeys, rolloutKeys } from '../rollout-value.ts';
import type { Session } from '../session.ts';
import { type BlockRule, keySpan, reportOn } from './rule.ts';

/** OCM2026 and OCM2013: keys of a rollout that contradict `by`, and times upstream cannot keep (Rule 51). */
export const keysOfRollout: BlockRule<'rollout'> = (block, session) => {
  // What `by` says was wrong and has been reported.
  if (block.shaped.keys.by !== null && block.values.by === null) return;
  const keys: RolloutKeys = (key) => knownValue(block.values[key as keyof typeof block.values]);
  check({ block, keys, spanOf: (key) => keySpan(block, key) }, session);
};

/** The same of the rollouts written inline in an app. */
export const keysOfAppRollouts: BlockRule<'app'> = (app, session, program) => {
  for (const inline of inlineRollouts(app, program)) check({ block: app, ...inline }, session);
};

/** The same of the rollouts written inline in an add-on. */
export const keysOfAddOnRollouts: BlockRule<'addon'> = (addon, session, program) => {
  for (const install of blocksOf(addon.children, 'install')) {
    const { rollout } = install.shaped.keys;
    const value = knownValue(install.values.rollout);
    const inline = inlineOf(value, rollout?.value, keySpan(install, 'rollout'), program);
    if (inline !== null) check({ block: install, ...inline }, session);
  }
};

interface Inline {
  readonly keys: RolloutKeys;
  readonly spanOf: (key: string) => Span;
}

/** Rollouts written inline, with the body they are written in where that is plain to see. */
function inlineRollouts(app: Checked<'app'>, program: Around): readonly Inline[] {
  const found: Inline[] = [];
  const add = (value: Value | undefined, expr: Expr | undefined, whole: Span): void => {
    const inline = inlineOf(value, expr, whole, program);
    if (inline !== null) found.push(inline);
  };
  const { rollout, on } = app.shaped.keys;
  add(knownValue(app.values.rollout), rollout?.value, keySpan(app, 'rollout'));
  for (const [index, value] of (listOf(app.values.on) ?? []).entries()) {
    const element = on?.value.kind === 'list' ? on.value.elements[index] : undefined;
    const inline = element?.kind === 'body' ? valueIn(element, 'rollout') : undefined;
    add(placedEntry(value)?.rollout, inline, keySpan(app, 'on'));
  }
  return found;
}

function inlineOf(
  value: Value | undefined,
  expr: Expr | undefined,
  whole: Span,
  program: Around,
): Inline | null {
  const keys = fieldsOf(value) === undefined ? null : rolloutKeys(value, program);
  return keys === null ? null : { keys, spanOf: (key) => keyIn(expr, key) ?? whole };
}

function valueIn(body: BodyNode, key: string): Expr | undefined {
  return propertyIn(body, key)?.value;
}

function keyIn(expr: Expr | undefined, key: string): Span | undefined {
  return expr?.kind === 'body' ? propertyIn(expr, key)?.key.span : undefined;
}

function propertyIn(body: BodyNode, key: string) {
  const found = body.items.find(
    (item) => item.kind === 'property' && item.key.kind === 'word' && item.key.text === key,
  );
  return found?.kind === 'property' ? found : undefined;
}

function check(
  { block, keys, spanOf }: { readonly block: Checked } & Inline,
  session: Session,
): void {
  const by = keys('by') ?? 'all';
  const contradict = (key: string, other: string, help: string): void => {
    const value = keys(key);
    const isEmpty =
      value !== undefined &&
      value !== null &&
      typeof value === 'object' &&
      isList(value) &&
      value.length === 0;
    if (value === undefined || isEmpty) return;
    reportOn(block, problem('OCM2026', spanOf(key), { key, other }, { help: [help] }), session);
  };
  if (by === 'all') {
    const help = 'say `by: cluster` or `by: group`';
    for (const key of ['first', 'soak', 'maxFailures']) contradict(key, '`by: all`', help);
  }
  if (by !== 'cluster') contradict('atOnce', `\`by: ${String(by)}\``, 'say `by: cluster`');
  checkTimes({ block, keys, spanOf }, session);
}

function checkTimes(
  { block, keys, spanOf }: { readonly block: Checked } & Inline,
  session: Session,
): void {
  for (const key of ['soak', 'deadline']) {
    const nanos = nanosOf(keys(key));
    // A deadline of 0s would have passed before anything began.
    const least = key === 'deadline' ? 1_000_000_000n : 0n;
    if (nanos === null || (nanos >= least && nanos % 1_000_000_000n === 0n)) continue;
    const range = `whole seconds, from ${least === 0n ? '0s' : '1s'}`;
    const params = { what: `\`${key}\``, range };
    reportOn(block, problem('OCM2013', spanOf(key), params), session);
  }
}

function nanosOf(value: Value | undefined): bigint | null {
  if (value === undefined || value === null || typeof value !== 'object') return null;
  return isUnit(value) && value.unit === 'duration' ? value.nanos : null;
}
