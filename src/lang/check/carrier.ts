import type { IrApp, IrWindow } from '../../ir/program.ts';
import { weekdays } from '../../ir/weekdays.ts';
import { type Fields, isList } from '../fold/value.ts';
import type { Checked } from './checked.ts';
import { textOf } from './known.ts';

/** What carries an app to the clusters. */
export type Carrier = 'works' | NonNullable<IrApp['via']>;
const carriers: readonly Carrier[] = ['works', 'replicaset', 'argocd', 'subscription'];

/** What carries an app; `works` where nothing is said. */
export function carrierOf({ values }: Checked<'app'>): Carrier {
  return carriers.find((each) => each === textOf(values.via)) ?? 'works';
}

/** `namespace/serviceaccount`; null where the text is something else. */
export function accountOf(
  text: string,
): { readonly namespace: string; readonly name: string } | null {
  const [namespace = '', name = '', ...more] = text.split('/');
  return namespace === '' || name === '' || more.length > 0 ? null : { namespace, name };
}

/** What `window` says, with what holds where it says nothing; null where it says no times (reported). */
export function windowOf(window: Fields | undefined): IrWindow | null {
  if (window === undefined) return null;
  const mode = window.has('active') ? 'active' : 'blocked';
  const ranges = window.get(mode);
  const zone = window.get('zone');
  const days = window.get('days');
  if (ranges === undefined || !isList(ranges)) return null;
  const named = days !== undefined && isList(days) ? days : weekdays;
  return {
    mode,
    ranges: ranges.map(String),
    zone: typeof zone === 'string' ? zone : 'UTC',
    days: [...new Set(named)].flatMap((day) => weekdays.find((each) => each === day) ?? []),
  };
}

/** The minutes of a day a range `HH:MM-HH:MM` names, end exclusive; null where the text is no range. */
export function minutesOf(range: string): { readonly start: number; readonly end: number } | null {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(range);
  if (match === null) return null;
  const [, h1 = '', m1 = '', h2 = '', m2 = ''] = match;
  const [start, end] = [Number(h1) * 60 + Number(m1), Number(h2) * 60 + Number(m2)];
  const isTime = Number(m1) < 60 && Number(m2) < 60 && start < 24 * 60 && end <= 24 * 60;
  return isTime ? { start, end } : null;
}
