import { enableCompileCache } from 'node:module';

enableCompileCache();
const { run } = await import('./run.ts');
const { processIo } = await import('./io.ts');
process.exitCode = await run(process.argv.slice(2), processIo());
