import { printJson } from '../../store/text.ts';
import type { Exchange } from '../http/exchange.ts';
import { type Refusal, statusOf } from '../refusal.ts';

const json = { 'content-type': 'application/json' };

/** Answers with a `Status`. */
export function refuse(exchange: Exchange, refusal: Refusal): Promise<void> {
  const seconds = refusal.details?.retryAfterSeconds;
  const headers = { ...json, ...(seconds !== undefined && { 'retry-after': String(seconds) }) };
  return exchange.answer(refusal.code, headers, `${printJson(statusOf(refusal))}\n`);
}

/** Answers with JSON that is text already. */
export function answerText(
  exchange: Exchange,
  code: number,
  text: string | Iterable<string>,
  contentType = 'application/json',
): Promise<void> {
  const body = typeof text === 'string' ? `${text}\n` : text;
  return exchange.answer(code, { 'content-type': contentType }, body);
}

/** Answers with a value. */
export function answerJson(exchange: Exchange, code: number, value: unknown): Promise<void> {
  return answerText(exchange, code, printJson(value));
}

/** Answers for people. */
export function answerPlain(exchange: Exchange, code: number, text: string): Promise<void> {
  return exchange.answer(code, { 'content-type': 'text/plain; charset=utf-8' }, text);
}
