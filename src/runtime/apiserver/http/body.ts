import type { Readable } from 'node:stream';
import { parseYaml } from '../../../kube/yaml.ts';
import { parseJson } from '../../store/text.ts';
import { badRequest, notInTime, type Refusal, tooLarge, unsupportedMediaType } from '../refusal.ts';
import { protobufType, unpackObject } from '../types/protobuf.ts';

/** Kubernetes' limit of a request body. */
export const maxBodyBytes = 3 * 1024 * 1024;

/** What a body may be, and how long it may take to come: a minute, as Kubernetes gives a request. */
export interface BodyBounds {
  readonly limit: number;
  readonly millis: number;
}
const bounds: BodyBounds = { limit: maxBodyBytes, millis: 60_000 };

/** Of objects and lists in each other: what recursive code may meet. Go's JSON stops at 10,000. */
export const maxDepth = 512;

/** The whole body, or the refusal as soon as it is too large. */
export function readBody(
  stream: Readable,
  declaredLength: string | undefined,
  { limit, millis }: BodyBounds = bounds,
): Promise<Buffer | Refusal> {
  if (declaredLength !== undefined && Number(declaredLength) > limit) {
    return Promise.resolve(tooLarge(`limit is ${limit}`));
  }
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const done = (outcome: Buffer | Refusal) => {
      clearTimeout(timer);
      stream.removeAllListeners('data');
      stream.resume();
      resolve(outcome);
    };
    const timer = setTimeout(() => done(notInTime()), millis);
    timer.unref();
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) done(tooLarge(`limit is ${limit}`));
      else chunks.push(chunk);
    });
    stream.on('end', () =>
      done(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
    );
    stream.on('error', () => done(badRequest('the request body could not be read')));
    stream.on('aborted', () => done(badRequest('the request body ended early')));
  });
}

/** The media type alone, in lower case. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

const jsonTypes = ['', 'application/json'];
const yamlType = 'application/yaml';

/** Whether a body of this content type is JSON. */
export function isJsonType(contentType: string | undefined): boolean {
  return jsonTypes.includes(mediaType(contentType));
}

/** Parses a body by its content type: JSON, YAML, or Kubernetes' protobuf of its own kinds; `kind` is for messages. */
export function decodeBody(body: Buffer, contentType: string | undefined, kind: string): unknown {
  const type = hasParameters(contentType) ? mediaType(contentType) : 'malformed';
  if (isJsonType(type)) return decodeJson(body, kind);
  if (type === yamlType) return decodeYaml(body);
  if (type === protobufType) return decodeProtobuf(body);
  return unsupportedMediaType(['application/json', yamlType, protobufType]);
}

/** Whether what follows the type is written as parameters are (Go's `mime.ParseMediaType`). */
function hasParameters(header = ''): boolean {
  const [, ...parameters] = header.trim().replace(/;\s*$/, '').split(';');
  return parameters.every((each) => /^\s*[\w!#$%&'*+.^`|~-]+=(?:"[^"]*"|[^\s";]+)\s*$/.test(each));
}

function decodeProtobuf(body: Buffer): unknown {
  const unpacked = unpackObject(body);
  return unpacked.ok ? unpacked.object : badRequest(unpacked.why);
}

/** Parses the first document of YAML that may come from anybody. */
export function decodeYaml(body: Buffer): unknown {
  const read = parseYaml(body.toString('utf8'), 'kubernetes');
  if (!read.ok) return badRequest(`error converting YAML to JSON: ${read.message}`);
  return read.documents[0]?.value ?? null;
}

/** Parses JSON that may come from anybody; `kind` is what it should be of, empty where it is a patch. */
export function decodeJson(body: Buffer, kind = ''): unknown {
  if (nestsTooDeep(body)) return unreadable(kind, 'exceeded max depth');
  try {
    return parseJson(body.toString('utf8'));
  } catch (error) {
    return unreadable(kind, reason(error));
  }
}

function unreadable(kind: string, why: string): Refusal {
  if (kind === '') return badRequest(`error decoding patch: ${why}`);
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; json parse error: ${why}`,
  );
}

function reason(error: unknown): string {
  const message = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
  return message.replace(/^Unexpected end/, 'unexpected end');
}

const quote = 0x22;
const backslash = 0x5c;
/** How a byte outside of strings changes the depth. */
const steps = new Int8Array(256);
for (const open of '{[') steps[open.charCodeAt(0)] = 1;
for (const close of '}]') steps[close.charCodeAt(0)] = -1;

/** Looks at brackets outside of strings only, before anything recursive sees the text. */
export function nestsTooDeep(body: Uint8Array, limit = maxDepth): boolean {
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] as number;
    if (byte === quote) at = endOfString(body, at);
    else depth += steps[byte] as number;
    if (depth > limit) return true;
  }
  return false;
}

/** Index of the quote that ends the string whose quote is at `start`, or beyond the end. */
function endOfString(body: Uint8Array, start: number): number {
  let at = start + 1;
  for (; at < body.length && body[at] !== quote; at += 1) {
    if (body[at] === backslash) at += 1;
  }
  return at;
}
