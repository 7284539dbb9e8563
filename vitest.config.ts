import { defineConfig } from 'vitest/config';
import { SummaryReporter } from './test/support/summary-reporter.ts';

const real = ['test/real/**/*.test.ts'];

// `unit` is what `npm test` runs and needs only Node; `real` needs the real parts (scripts/real-parts.mjs); `long` is run
// by hand, one file at a time (scripts/long.mjs).
export default defineConfig({
  test: {
    reporters: ['default', new SummaryReporter()],
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts', 'test/**/*.prop.ts'],
          exclude: [...real, 'test/long/**'],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: real,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      { extends: true, test: { name: 'long', include: ['test/long/**/*.test.ts'] } },
    ],
  },
});
