import type { IrWeekday } from './program.ts';

/** All days, in the order of the week. */
export const weekdays: readonly IrWeekday[] = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
];
