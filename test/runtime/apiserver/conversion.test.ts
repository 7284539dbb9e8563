import { describe } from 'vitest';
import { conversionSuite } from './conversion-suite.ts';
import { startOurs } from './harness.ts';

describe('conversion webhooks of the embedded server', () => {
  conversionSuite(startOurs);
});
