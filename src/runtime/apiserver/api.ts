import type { Instant } from '../../base/instant.ts';
import type { Store } from '../store/store.ts';
import type { Admission } from './admission/admission.ts';
import type { Authorizer } from './authz/role-index.ts';
import type { Catalog } from './resources/catalog.ts';

/** What every request is answered from. */
export interface Api {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly authorizer: Authorizer;
  readonly admission: readonly Admission[];
  readonly now: () => Instant;
}
