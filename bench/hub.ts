import { heartbeats10k } from './hub/heartbeats.ts';
import { create, list, memory } from './hub/objects.ts';
import { reconnect10k } from './hub/reconnect.ts';
import { start } from './hub/start.ts';
import { watch } from './hub/watch.ts';
import type { Row } from './row.ts';

export const rows: Readonly<Record<string, () => Promise<Row>>> = {
  start,
  memory,
  create,
  list,
  watch,
  'heartbeats-10k': heartbeats10k,
  'reconnect-10k': reconnect10k,
};
