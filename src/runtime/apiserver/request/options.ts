import { badRequest, type Cause, invalid, Refusal } from '../refusal.ts';

const maxSafeVersion = /^\d{1,15}$/;

/** Options of list and watch (`metav1.ListOptions`), read from the query. */
export interface ListOptions {
  readonly labelSelector: string;
  readonly fieldSelector: string;
  readonly watch: boolean;
  readonly allowWatchBookmarks: boolean;
  /** null: not given; 0 means "any". */
  readonly resourceVersion: number | null;
  readonly resourceVersionMatch: 'Exact' | 'NotOlderThan' | null;
  /** null: no limit. */
  readonly timeoutSeconds: number | null;
  /** 0: all. */
  readonly limit: number;
  readonly continue: string;
  readonly sendInitialEvents: boolean | null;
}

/** Reads and checks them as apimachinery's `ValidateListOptions` does. */
export function parseListOptions(query: URLSearchParams): ListOptions | Refusal {
  const resourceVersion = parseVersion(query.get('resourceVersion') ?? '', 'resourceVersion');
  if (resourceVersion instanceof Refusal) return resourceVersion;
  const timeoutSeconds = parseCount(query, 'timeoutSeconds');
  if (timeoutSeconds instanceof Refusal) return timeoutSeconds;
  const limit = parseCount(query, 'limit');
  if (limit instanceof Refusal) return limit;
  const match = query.get('resourceVersionMatch') ?? '';
  const options = {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    watch: flag(query, 'watch') ?? false,
    allowWatchBookmarks: flag(query, 'allowWatchBookmarks') ?? false,
    resourceVersion,
    timeoutSeconds,
    limit: limit ?? 0,
    continue: query.get('continue') ?? '',
    sendInitialEvents: flag(query, 'sendInitialEvents'),
  };
  const causes = options.watch ? watchCauses(options, match) : listCauses(options, match);
  if (causes.length > 0) {
    return invalid({ group: 'meta.k8s.io', name: 'ListOptions' }, '', causes);
  }
  const resourceVersionMatch = match === 'Exact' || match === 'NotOlderThan' ? match : null;
  return { ...options, resourceVersionMatch };
}

/** Options of create, update and patch that are the same for all of them. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  readonly fieldValidation: 'Ignore' | 'Warn' | 'Strict';
  /** Of server-side apply. */
  readonly force: boolean;
}

/** Reads and checks them as apimachinery's `ValidateCreateOptions` and its siblings do. */
export function parseWriteOptions(
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
): WriteOptions | Refusal {
  const causes = dryRunCauses(query.getAll('dryRun'));
  const fieldManager = query.get('fieldManager') ?? '';
  causes.push(...managerCauses(fieldManager));
  const validation = query.get('fieldValidation') ?? '';
  const supported = ['Ignore', 'Warn', 'Strict'];
  if (validation !== '' && !supported.includes(validation)) {
    causes.push(notSupported('fieldValidation', validation, ['', ...supported]));
  }
  if (causes.length > 0) return invalid({ group: 'meta.k8s.io', name: kind }, '', causes);
  return {
    dryRun: query.has('dryRun'),
    fieldManager,
    fieldValidation: validation === '' ? 'Warn' : (validation as 'Ignore' | 'Warn' | 'Strict'),
    force: flag(query, 'force') ?? false,
  };
}

/** Causes for values of `dryRun` other than `All`. */
export function dryRunCauses(values: readonly string[]): Cause[] {
  if (values.every((value) => value === 'All')) return [];
  return [notSupported('dryRun', values, ['All'])];
}

/** `null` where a flag is not given; any text but `false` and `0` is yes, as in apimachinery. */
export function flag(query: URLSearchParams, name: string): boolean | null {
  const value = query.get(name);
  if (value === null) return null;
  return !['false', '0'].includes(value.toLowerCase());
}

/** A revision as a client sends it; `null` where it sends none. */
export function parseVersion(text: string, field: string): number | null | Refusal {
  if (text === '') return null;
  if (maxSafeVersion.test(text)) return Number(text);
  const message = `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
  return badRequest(`invalid resource version: ${field}: ${message}`);
}

function parseCount(query: URLSearchParams, name: string): number | null | Refusal {
  const text = query.get(name) ?? '';
  if (text === '') return null;
  if (/^-?\d{1,15}$/.test(text)) return Math.max(0, Number(text));
  return badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

type Unmatched = Omit<ListOptions, 'resourceVersionMatch'>;

function listCauses(options: Unmatched, match: string): Cause[] {
  const causes: Cause[] = [];
  const field = 'resourceVersionMatch';
  if (match !== '') {
    if (options.resourceVersion === null) {
      causes.push(notAllowed(field, `${field} is forbidden unless resourceVersion is provided`));
    }
    if (options.continue !== '') {
      causes.push(notAllowed(field, `${field} is forbidden when continue is provided`));
    }
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      causes.push(notSupported(field, match, ['', 'Exact', 'NotOlderThan']));
    }
    if (match === 'Exact' && options.resourceVersion === 0) {
      causes.push(notAllowed(field, `${field} "exact" is forbidden for resourceVersion "0"`));
    }
  }
  if (options.sendInitialEvents !== null) {
    causes.push(notAllowed('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  return causes;
}

function watchCauses(options: Unmatched, match: string): Cause[] {
  const causes: Cause[] = [];
  const field = 'resourceVersionMatch';
  if (options.sendInitialEvents !== null && match !== 'NotOlderThan') {
    causes.push(notAllowed(field, `sendInitialEvents requires setting ${field} to NotOlderThan`));
  }
  if (match === '') return causes;
  if (options.sendInitialEvents === null) {
    const why = `${field} is forbidden for watch unless sendInitialEvents is provided`;
    causes.push(notAllowed(field, why));
  }
  if (match !== 'NotOlderThan') causes.push(notSupported(field, match, ['NotOlderThan']));
  if (options.continue !== '') {
    causes.push(notAllowed(field, `${field} is forbidden when continue is provided`));
  }
  return causes;
}

function managerCauses(manager: string): Cause[] {
  if (manager.length > 128) {
    const message = 'Too long: may not be more than 128 bytes';
    return [{ reason: 'FieldValueTooLong', message, field: 'fieldManager' }];
  }
  if (/^\P{C}*$/u.test(manager)) return [];
  const message = `Invalid value: ${JSON.stringify(manager)}: should only contain printable characters`;
  return [{ reason: 'FieldValueInvalid', message, field: 'fieldManager' }];
}

function notAllowed(field: string, why: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field };
}

function notSupported(
  field: string,
  value: string | readonly string[],
  supported: readonly string[],
): Cause {
  const values = supported.map((each) => JSON.stringify(each)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`;
  return { reason: 'FieldValueNotSupported', message, field };
}
