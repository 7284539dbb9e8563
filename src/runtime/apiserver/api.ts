import type { Instant } from '../../base/instant.ts';
import type { Store } from '../store/store.ts';
import type { Admission } from './admission/admission.ts';
import type { TokenSources } from './authn/authenticate.ts';
import type { TokenIssuer } from './authn/service-account-token.ts';
import type { Authorizer } from './authz/role-index.ts';
import type { Catalog } from './resources/catalog.ts';
import type { WatchHub } from './watch/hub.ts';
import type { Standing } from './watch/standing.ts';

/** What every request is answered from. */
export interface Api {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly authorizer: Authorizer;
  readonly tokens: TokenSources;
  readonly issuer: TokenIssuer;
  readonly admission: readonly Admission[];
  readonly watches: WatchHub;
  readonly standing: Standing;
  readonly now: () => Instant;
  /** Why requests cannot be answered well; null where they can. */
  readonly unready: () => string | null;
  /** Aborted when the server is about to end. */
  readonly closing: AbortSignal;
  /** `host:port`, for clients that ask where else the server is. */
  readonly address: () => string;
}
