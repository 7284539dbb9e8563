import { quoteGo } from '../../kube/go-text.ts';

/** One field that is wrong, as Kubernetes reports it in `details.causes`. */
export interface Cause {
  readonly reason: string;
  /** Without the path of the field. */
  readonly message: string;
  readonly field?: string;
}

/** What a refusal is about. */
export interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/**
 * An answer that is not a success, told as a `Status` object. A class, so that no object of a user can be taken
 * for one. Texts and reasons are those of apimachinery's `api/errors`.
 */
export class Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly details: Details | undefined;
  /** Where a list may go on although it is no longer consistent. */
  readonly continue: string | undefined;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: Details,
    continueToken?: string,
  ) {
    this.code = code;
    this.reason = reason;
    this.message = message;
    this.details = details;
    this.continue = continueToken;
  }
}

/** The resource or kind an answer speaks of. */
export interface GroupName {
  readonly group: string;
  /** Plural of the resource, or the kind, as the text needs it. */
  readonly name: string;
}

export function badRequest(message: string): Refusal {
  return new Refusal(400, 'BadRequest', message);
}

export function unauthorized(): Refusal {
  return new Refusal(401, 'Unauthorized', 'Unauthorized');
}

export function notFound(of: GroupName, name: string): Refusal {
  const message = `${qualified(of)} ${quoteGo(name)} not found`;
  return new Refusal(404, 'NotFound', message, detailsOf(of, name));
}

/** For a path no resource is served at. */
export function noSuchResource(): Refusal {
  const message = 'the server could not find the requested resource';
  return new Refusal(404, 'NotFound', message, {});
}

export function alreadyExists(of: GroupName, name: string): Refusal {
  const message = `${qualified(of)} ${quoteGo(name)} already exists`;
  return new Refusal(409, 'AlreadyExists', message, detailsOf(of, name));
}

export function conflict(of: GroupName, name: string, why: string): Refusal {
  const message = `Operation cannot be fulfilled on ${qualified(of)} ${quoteGo(name)}: ${why}`;
  return new Refusal(409, 'Conflict', message, detailsOf(of, name));
}

/** Somebody else wrote in between. */
export function staleVersion(of: GroupName, name: string): Refusal {
  const why =
    'the object has been modified; please apply your changes to the latest version and try again';
  return conflict(of, name, why);
}

export function forbidden(of: GroupName, name: string, why: string): Refusal {
  const object = name === '' ? qualified(of) : `${qualified(of)} ${quoteGo(name)}`;
  const message = of.name === '' ? `forbidden: ${why}` : `${object} is forbidden: ${why}`;
  return new Refusal(403, 'Forbidden', message, detailsOf(of, name));
}

/** `of` names the kind. */
export function invalid(of: GroupName, name: string, causes: readonly Cause[]): Refusal {
  const texts = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const message = `${qualified(of)} ${quoteGo(name)} is invalid: ${all}`;
  return new Refusal(422, 'Invalid', message, { ...detailsOf(of, name), causes });
}

export function methodNotAllowed(): Refusal {
  const message = 'the server does not allow this method on the requested resource';
  return new Refusal(405, 'MethodNotAllowed', message, {});
}

export function methodNotSupported(of: GroupName, action: string): Refusal {
  const message = `${action} is not supported on resources of kind ${quoteGo(qualified(of))}`;
  return new Refusal(405, 'MethodNotAllowed', message, { group: of.group, kind: of.name });
}

export function notAcceptable(accepted: readonly string[]): Refusal {
  const message = `406: Not Acceptable\n\nAvailable representations: ${accepted.join(', ')}`;
  return new Refusal(406, 'NotAcceptable', message, {});
}

export function unsupportedMediaType(accepted: readonly string[]): Refusal {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new Refusal(415, 'UnsupportedMediaType', message);
}

/** A client that did not send its whole request. */
export function notInTime(): Refusal {
  const message = 'Timeout: request did not complete within the allotted timeout';
  return new Refusal(504, 'Timeout', message, {});
}

export function tooLarge(why: string): Refusal {
  const message = `Request entity too large: ${why}`;
  return new Refusal(413, 'RequestEntityTooLarge', message);
}

/** History does not reach back that far. */
export function expired(message: string, continueToken?: string): Refusal {
  return new Refusal(410, 'Expired', message, undefined, continueToken);
}

/** A client knows a revision that this server never gave: of another life of its data. */
export function futureVersion(asked: number, current: number): Refusal {
  const message = `Timeout: Too large resource version: ${asked}, current: ${current}`;
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return new Refusal(504, 'Timeout', message, { causes, retryAfterSeconds: 1 });
}

export function internalError(why: string): Refusal {
  const causes = [{ reason: 'UnexpectedServerResponse', message: why }];
  const message = `Internal error occurred: ${why}`;
  return new Refusal(500, 'InternalError', message, { causes });
}

/** The `Status` object of a refusal. */
export function statusOf(refusal: Refusal): Readonly<Record<string, unknown>> {
  const { code, reason, message, details } = refusal;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: refusal.continue === undefined ? {} : { continue: refusal.continue },
    status: 'Failure',
    message,
    ...(reason !== '' && { reason }),
    ...(details !== undefined && { details }),
    code,
  };
}

/** `resource.group`, or the resource alone for the core group. */
export function qualified({ group, name }: GroupName): string {
  return group === '' ? name : `${name}.${group}`;
}

function detailsOf({ group, name: kind }: GroupName, name: string): Details {
  return {
    ...(name !== '' && { name }),
    ...(group !== '' && { group }),
    ...(kind !== '' && { kind }),
  };
}
