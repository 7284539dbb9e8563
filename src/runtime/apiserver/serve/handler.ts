import type { Api } from '../api.ts';
import { authenticate } from '../authn/authenticate.ts';
import { certificateClaim } from '../authn/certificate.ts';
import { impersonate } from '../authn/impersonate.ts';
import { denied } from '../authz/denial.ts';
import { Exchange, type ServerReply, type ServerRequest } from '../http/exchange.ts';
import { internalError, Refusal, unauthorized } from '../refusal.ts';
import { attemptOf } from '../request/attempt.ts';
import type { Requester } from '../request/requester.ts';
import { parseTarget, type Target } from '../request/target.ts';
import { refuse } from './answer.ts';
import { openPaths, Paths } from './paths.ts';
import { serveResource } from './resources.ts';

/** Told of what must not happen: bugs of ours. */
export type TellBug = (error: unknown, path: string) => void;

/** Answers every request: who asks, as whom, may they, then what they asked for. */
export function requestHandler(
  api: Api,
  tellBug: TellBug,
): (request: ServerRequest, reply: ServerReply) => void {
  const paths = new Paths(api);
  return (request, reply) => {
    const exchange = new Exchange(request, reply);
    handle(api, paths, exchange).catch((error: unknown) => {
      tellBug(error, exchange.path);
      if (reply.headersSent) reply.destroy();
      else void refuse(exchange, internalError('the server has a bug, please report it'));
    });
  };
}

async function handle(api: Api, paths: Paths, exchange: Exchange): Promise<void> {
  const target = parseTarget(exchange.path);
  if (target instanceof Refusal) return refuse(exchange, target);
  if (target.kind === 'path' && openPaths.includes(target.path)) {
    return paths.answer(exchange, target);
  }
  const requester = admit(api, exchange, target);
  if (requester instanceof Refusal) return refuse(exchange, requester);
  if (target.kind === 'path') return paths.answer(exchange, target);
  const may = () => !(admit(api, exchange, target) instanceof Refusal);
  return serveResource(api, exchange, target, { requester, may });
}

/** Who asks, where they may do what they ask for now. */
function admit(api: Api, exchange: Exchange, target: Target): Requester | Refusal {
  const now = api.now();
  const claim = certificateClaim(exchange.socket, now);
  const known = authenticate(api.tokens, claim, exchange.header('authorization'), now);
  if (known instanceof Refusal) return unauthorized();
  const requester = impersonate(api.authorizer, known, exchange.rawHeaders());
  if (requester instanceof Refusal) return requester;
  const attempted = attemptOf(exchange.method, target, exchange.query);
  const { allowed } = api.authorizer.authorize(requester, attempted);
  return allowed ? requester : denied(requester, attempted);
}
