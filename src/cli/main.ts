import { enableCompileCache } from 'node:module';

enableCompileCache();
// What people and editors run all day starts from a file of its own, which holds nothing else (scripts/build.mjs).
const quick: ReadonlySet<string | undefined> = new Set(['check', 'compile', 'lsp']);
const { start } = quick.has(process.argv[2])
  ? await import('./quick.ts')
  : await import('./start.ts');
await start();
