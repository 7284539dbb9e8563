import { describe } from 'vitest';
import { startOurs } from './harness.ts';
import { apiSuite } from './suite.ts';

describe('our API server', () => {
  apiSuite(startOurs);
});
