import { sweep10k1kCold } from './placement/cold-sweep.ts';
import { e2e1k1k, heartbeat } from './placement/end-to-end.ts';
import { flip10k1k } from './placement/flip.ts';
import { cel10k, label10k } from './placement/single.ts';
import { sweep10k1k } from './placement/ten-thousand.ts';
import type { Row } from './row.ts';

export const rows: Readonly<Record<string, () => Promise<Row>>> = {
  'label-10k': label10k,
  'cel-10k': cel10k,
  'sweep-10k-1k': sweep10k1k,
  'sweep-10k-1k-cold': sweep10k1kCold,
  'flip-10k-1k': flip10k1k,
  heartbeat,
  'e2e-1k-1k': e2e1k1k,
};
