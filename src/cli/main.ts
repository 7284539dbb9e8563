import { enableCompileCache } from 'node:module';

enableCompileCache();
const [{ run }, { processIo }, { endWithParent }] = await Promise.all([
  import('./run.ts'),
  import('./io.ts'),
  import('./local/process.ts'),
]);
endWithParent(() => process.kill(process.pid, 'SIGTERM'));
process.exitCode = await run(process.argv.slice(2), processIo());
