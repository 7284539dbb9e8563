import { parseInstant } from '../../base/instant.ts';

const date = /^(\d{4})-(\d{2})-(\d{2})$/;
const uuid = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const octet = /^(?:0|[1-9]\d{0,2})$/;
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
const duration = /^(?:\d+(?:\.\d+)?\s*[a-zµ]+\s*)+$/i;
const isoDuration = /^P[0-9YMWDTHS.]+$/;

/** Formats Kubernetes checks in texts; others (`int32`, `password`, unknown ones) say nothing. */
const formats: ReadonlyMap<string, (text: string) => boolean> = new Map([
  ['date-time', (text) => text[10] !== ' ' && parseInstant(text) !== null],
  ['datetime', (text) => parseInstant(text) !== null],
  ['date', (text) => date.test(text) && parseInstant(`${text}T00:00:00Z`) !== null],
  // kube-openapi refuses the empty text, too.
  ['byte', (text) => text.length > 0 && text.length % 4 === 0 && base64.test(text)],
  ['uuid', (text) => uuid.test(text)],
  ['ipv4', isIpv4],
  ['duration', (text) => text.length < 100 && (duration.test(text) || isoDuration.test(text))],
]);

/** Whether a text has a format, where the format is one that is checked. */
export function hasFormat(format: string, text: string): boolean {
  return formats.get(format)?.(text) ?? true;
}

function isIpv4(text: string): boolean {
  const parts = text.split('.', 5);
  return parts.length === 4 && parts.every((part) => octet.test(part) && Number(part) <= 255);
}
