import { maxDuration, type ParsedDuration, parseDuration } from '../../../kube/duration.ts';

// The alternatives of upstream's pattern are anchored on one side each, so `90sfoo` and `fooNone` pass it.
const upstreamPattern = /^[0-9]+[h|m|s]|None$/;

/** Reads a progress deadline as sdk-go's `parseTimeout` does, with its faults (upstream fault 7). */
export function parseTimeout(text: string | null): ParsedDuration {
  if (text === null || text === '' || text === 'None') return { ok: true, nanos: maxDuration };
  if (!upstreamPattern.test(text)) return { ok: false, error: 'invalid timeout format' };
  return parseDuration(text);
}
