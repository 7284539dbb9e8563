import type { Log, LogLevel } from '../../runtime/control/log.ts';
import type { Io } from '../io.ts';
import { printableLine } from './escape.ts';

const rank: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A log for people on standard error: one line each, time first, names and counts at the end. */
export function textLog(io: Io): Log {
  const least = rank[(io.env['OCM_LOG'] as LogLevel | undefined) ?? 'info'] ?? rank.info;
  return (level, message, about = {}) => {
    if (rank[level] < least) return;
    const time = new Date().toISOString().slice(11, 23);
    const facts = Object.entries(about)
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      );
    io.err(`${time} ${level.padEnd(5)} ${printableLine(message + facts.join(''))}\n`);
  };
}
