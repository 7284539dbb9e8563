import { type Instant, parseInstant, plus } from '../../../base/instant.ts';
import {
  type CertificateSigningRequest,
  type CertificateSigningRequestCondition,
  certificateSigningRequestKind,
} from '../../../kube/core.ts';
import { refOf } from '../../../kube/object.ts';
import { type Controller, done, type Outcome, watch } from '../../control/controller.ts';

const hour = 3_600_000;
/** How long a request is kept once it is answered, and how long it may wait for an answer, in milliseconds. */
const answeredFor = hour;
const pendingFor = 24 * hour;

/**
 * Deletes old CertificateSigningRequests, as kube-controller-manager's csrcleaner does: an hour after they were signed,
 * denied or failed, a day after they were made where nobody answers.
 */
export const requestCleaner: Controller = {
  name: 'request-cleaner',
  watches: [
    watch({ kind: certificateSigningRequestKind, keys: ({ metadata }) => [metadata.name] }),
  ],
  reconcile(name, snapshot, now): Outcome {
    const request = snapshot.get(certificateSigningRequestKind, '', name);
    if (request === undefined || request.metadata.deletionTimestamp) return done;
    const due = dueOf(request);
    if (due === null) return done;
    if (now < due) return { actions: [], again: due };
    const { uid } = request.metadata;
    return { actions: [{ do: 'delete', of: refOf(request), ...(uid && { ifUid: uid }) }] };
  },
};

/** When a request goes; null where its times cannot be read. */
function dueOf({ metadata, status }: CertificateSigningRequest): Instant | null {
  const answer = status?.conditions?.find(({ type }) => type !== 'Approved' || status.certificate);
  const since = answer ? timeOf(answer) : null;
  if (since !== null) return plus(since, answeredFor);
  const made = parseInstant(metadata.creationTimestamp ?? '');
  return made === null ? null : plus(made, pendingFor);
}

function timeOf(condition: CertificateSigningRequestCondition): Instant | null {
  return parseInstant(condition.lastUpdateTime ?? condition.lastTransitionTime ?? '');
}
