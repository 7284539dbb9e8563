import { deepStrictEqual } from 'node:assert';
import type { Telling } from '../support/story.ts';
import { type Cell, playCell, type Sight } from './interchange/cell.ts';
import { missingOfKubernetes, missingOfUpstream } from './interchange/parts.ts';
import type { Maker } from './interchange/servers.ts';

const makers: readonly Maker[] = ['ours', 'upstream'];

/**
 * The eight cells: the hub's API server, its controllers and the agent, each of ours or of upstream's (kube-apiserver
 * with etcd; the Go programs). In each the same happens, and users see the same.
 */
export async function story(telling: Telling): Promise<void> {
  const sights: [string, Sight][] = [];
  for (const server of makers) {
    for (const controllers of makers) {
      for (const agent of makers) {
        const cell: Cell = { server, controllers, agent };
        const title = `server ${server}, controllers ${controllers}, agent ${agent}`;
        const missing = lacking(cell);
        if (missing !== '') telling.say(`skips  ${title}: no ${missing} on this machine`);
        if (missing !== '' || telling.signal.aborted) continue;
        const sight = await playCell(cell, title, telling);
        if (sight !== null) sights.push([title, sight]);
      }
    }
  }
  const [first, ...others] = sights;
  if (first === undefined) return;
  for (const [title, sight] of others) {
    await telling.step(`${title}: users see what they see in the first cell`, async () =>
      deepStrictEqual(sight, first[1]),
    );
  }
}

function lacking({ server, controllers, agent }: Cell): string {
  const ofUpstream = controllers === 'upstream' || agent === 'upstream' ? missingOfUpstream : '';
  const ofKubernetes = server === 'upstream' ? missingOfKubernetes : '';
  return [ofKubernetes, ofUpstream].filter((of) => of !== '').join(', ');
}
