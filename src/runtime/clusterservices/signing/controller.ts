import { jsonHash } from '../../../base/hash.ts';
import { formatInstant, type Instant, plus } from '../../../base/instant.ts';
import { isJsonObject } from '../../../base/json.ts';
import {
  type CertificateSigningRequest,
  type CertificateSigningRequestCondition,
  certificateSigningRequestKind,
} from '../../../kube/core.ts';
import { refOf } from '../../../kube/object.ts';
import { type Controller, done, type Outcome, watch } from '../../control/controller.ts';

/** The one signer served: client certificates that the API server accepts. */
export const clientSigner = 'kubernetes.io/kube-apiserver-client';
const allowedUsages = new Set(['digital signature', 'key encipherment', 'client auth']);
/** Longest and default validity (kube-controller-manager `--cluster-signing-duration`). */
const defaultSeconds = 365 * 24 * 3600;
const shortestSeconds = 600;
/** Milliseconds after which a signature that could not be made is asked for again. */
const askAgainAfter = 10_000;

/** The question a pass asks: sign this request. The key is with the one who answers. */
export interface SignInput {
  /** PEM. */
  readonly request: string;
  readonly seconds: number;
}

/**
 * Signs approved CertificateSigningRequests, as kube-controller-manager's csrsigning controller does. It approves
 * nothing, and never changes a certificate that is there.
 */
export const signingController: Controller = {
  name: 'signing',
  watches: [
    watch({ kind: certificateSigningRequestKind, keys: ({ metadata }) => [metadata.name] }),
  ],
  reconcile(name, snapshot, now): Outcome {
    const request = snapshot.get(certificateSigningRequestKind, '', name);
    if (request === undefined || !isDue(request)) return done;
    const usages = request.spec?.usages ?? [];
    if (!usages.includes('client auth') || usages.some((usage) => !allowedUsages.has(usage))) {
      const message = `signer ${clientSigner} signs usages ${[...allowedUsages].join(', ')} with client auth among them`;
      return failed(request, message, now);
    }
    const input: SignInput = {
      request: atobText(request.spec?.request),
      seconds: seconds(request),
    };
    const question = { sign: request.metadata.uid ?? name, input };
    const first = jsonHash(question);
    // An answer that failed is kept: whoever asks again asks anew.
    const round = Math.floor(now / askAgainAfter);
    const id = snapshot.evaluated(first)?.ok === false ? jsonHash({ ...question, round }) : first;
    const answer = snapshot.evaluated(id);
    if (answer === undefined)
      return { actions: [], evaluate: [{ id, pass: 'sign', input: { ...input } }] };
    if (!answer.ok || !isJsonObject(answer.outcome)) {
      return { actions: [], again: plus(now, askAgainAfter) };
    }
    const { certificate, why } = answer.outcome;
    if (typeof certificate !== 'string') return failed(request, String(why), now);
    return {
      actions: [
        { do: 'patchStatus', of: refOf(request), status: { certificate: btoa(certificate) } },
      ],
    };
  },
};

function isDue({ spec, status }: CertificateSigningRequest): boolean {
  const is = (type: string) => status?.conditions?.some((condition) => condition.type === type);
  return (
    spec?.signerName === clientSigner &&
    !status?.certificate &&
    is('Approved') === true &&
    !is('Denied') &&
    !is('Failed')
  );
}

function seconds({ spec }: CertificateSigningRequest): number {
  const asked = spec?.expirationSeconds;
  if (asked === undefined) return defaultSeconds;
  return Math.min(Math.max(asked, shortestSeconds), defaultSeconds);
}

function failed(request: CertificateSigningRequest, message: string, now: Instant): Outcome {
  const at = formatInstant(now);
  const condition: CertificateSigningRequestCondition = {
    type: 'Failed',
    status: 'True',
    reason: 'SignerValidationFailure',
    message,
    lastUpdateTime: at,
    lastTransitionTime: at,
  };
  const conditions = [...(request.status?.conditions ?? []), condition];
  return {
    actions: [
      {
        do: 'patchStatus',
        of: refOf(request),
        status: { conditions: conditions.map((one) => ({ ...one })) },
        ...(request.metadata.resourceVersion && { ifVersion: request.metadata.resourceVersion }),
      },
    ],
  };
}

function atobText(base64: string | undefined): string {
  try {
    return atob(base64 ?? '');
  } catch {
    return '';
  }
}
