import { describe } from 'vitest';
import { startEmbeddedServer } from '../support/embedded-server.ts';
import { lookupsSuite } from './lookups.ts';

describe('lookups of an app on a hub', () => {
  lookupsSuite(startEmbeddedServer);
});
