import { describe } from 'vitest';
import { startEmbeddedServer } from '../../../support/embedded-server.ts';
import { registrationSuite } from './suite.ts';

describe('registration against our own server', () => {
  registrationSuite(async () => ({
    ...(await startEmbeddedServer('ocm-hub')),
    definitions: [],
    servesItself: false,
  }));
});
