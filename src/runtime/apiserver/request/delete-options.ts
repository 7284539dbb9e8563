import { isJsonObject } from '../../../base/json.ts';
import { badRequest, type Cause, invalid, type Refusal } from '../refusal.ts';
import { dryRunCauses, flag } from './options.ts';

/** How to delete (`metav1.DeleteOptions`), from the body or the query. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds: number | null;
  readonly orphanDependents: boolean | null;
  readonly propagationPolicy: 'Orphan' | 'Background' | 'Foreground' | null;
  readonly ifUid: string | null;
  readonly ifResourceVersion: string | null;
}

const policies = ['Orphan', 'Background', 'Foreground'] as const;

/** Options from a body; whatever it holds must be of the right type. */
export function deleteOptionsOfBody(body: unknown): DeleteOptions | Refusal {
  if (!isJsonObject(body)) return badRequest('decoded object cannot be converted to DeleteOptions');
  const { kind } = body;
  if (kind !== undefined && kind !== '' && kind !== 'DeleteOptions') {
    return badRequest('decoded object cannot be converted to DeleteOptions');
  }
  for (const [name, types] of Object.entries(fieldTypes)) {
    const value = body[name];
    if (value === undefined || value === null || types.includes(typeOf(value))) continue;
    const why = `json: cannot unmarshal ${typeOf(value)} into Go struct field DeleteOptions.${name}`;
    return badRequest(`${why} of type ${types[0]}`);
  }
  const preconditions = isJsonObject(body['preconditions']) ? body['preconditions'] : {};
  const dryRun = Array.isArray(body['dryRun']) ? body['dryRun'].map(String) : [];
  return check(dryRun, {
    gracePeriodSeconds: numberOf(body['gracePeriodSeconds']),
    orphanDependents:
      typeof body['orphanDependents'] === 'boolean' ? body['orphanDependents'] : null,
    policy: textOf(body['propagationPolicy']),
    ifUid: textOf(preconditions['uid']),
    ifResourceVersion: textOf(preconditions['resourceVersion']),
  });
}

/** Options from the query, where there is no body. */
export function deleteOptionsOfQuery(query: URLSearchParams): DeleteOptions | Refusal {
  const seconds = query.get('gracePeriodSeconds');
  if (seconds !== null && !/^-?\d{1,15}$/.test(seconds)) {
    return badRequest(`strconv.ParseInt: parsing ${JSON.stringify(seconds)}: invalid syntax`);
  }
  return check(query.getAll('dryRun'), {
    gracePeriodSeconds: seconds === null ? null : Number(seconds),
    orphanDependents: flag(query, 'orphanDependents'),
    policy: query.get('propagationPolicy'),
    ifUid: null,
    ifResourceVersion: null,
  });
}

const fieldTypes: Readonly<Record<string, readonly string[]>> = {
  gracePeriodSeconds: ['number'],
  orphanDependents: ['bool'],
  propagationPolicy: ['string'],
  dryRun: ['array'],
  preconditions: ['object'],
};

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function check(
  dryRun: readonly string[],
  given: {
    readonly gracePeriodSeconds: number | null;
    readonly orphanDependents: boolean | null;
    readonly policy: string | null;
    readonly ifUid: string | null;
    readonly ifResourceVersion: string | null;
  },
): DeleteOptions | Refusal {
  const { policy, ...rest } = given;
  const causes: Cause[] = dryRunCauses(dryRun);
  const propagationPolicy = policies.find((known) => known === policy) ?? null;
  if (policy !== null && propagationPolicy === null) {
    const values = policies.map((known) => JSON.stringify(known)).sort();
    causes.push({
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(policy)}: supported values: ${values.join(', ')}`,
      field: 'propagationPolicy',
    });
  }
  if (propagationPolicy !== null && rest.orphanDependents !== null) {
    causes.push({
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${JSON.stringify(policy)}: orphanDependents and deletionPropagation cannot be both set`,
      field: 'propagationPolicy',
    });
  }
  if (causes.length > 0) {
    return invalid({ group: 'meta.k8s.io', name: 'DeleteOptions' }, '', causes);
  }
  return { ...rest, propagationPolicy, dryRun: dryRun.length > 0 };
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
}
