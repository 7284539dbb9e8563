import { describe } from 'vitest';
import { startEmbeddedServer } from '../../support/embedded-server.ts';
import { clientSuite } from './suite.ts';

describe('the client against our own server', () => {
  clientSuite(() => startEmbeddedServer());
});
