import { startupSnapshot } from 'node:v8';
import type { Io } from './io.ts';
import { plainCheck, start } from './plain-check.ts';

// Node keeps the state that this leaves behind, and starts from it when bin/ocm is asked for a check (scripts/build.mjs).
const silent: Io = {
  out: () => {},
  err: () => {},
  read: async () => '',
  env: {},
  cwd: process.cwd(),
  color: { out: false, err: false },
  signal: new AbortController().signal,
};
for (const path of process.argv.slice(2)) plainCheck([path], silent);
startupSnapshot.setDeserializeMainFunction(() => void start());
