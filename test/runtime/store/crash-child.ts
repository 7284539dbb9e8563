import { stdout } from 'node:process';
import { sqliteStore } from '../../../src/runtime/store/sqlite.ts';
import { keyOf, setting } from './suite.ts';

// Writes without end and says what was acknowledged; whoever started it kills it.
const [path = '', life = ''] = process.argv.slice(2);
const store = await sqliteStore(path);

async function writeForEver(lane: number): Promise<void> {
  for (let round = 0; ; round += 1) {
    const name = `l${life}-${lane}-${round}`;
    const key = keyOf('ns', name);
    const say = (text: string) => stdout.write(`${name} ${text}\n`);
    const created = await store.create(key, setting('ns', name, '1'));
    say('1');
    if (!created.ok) throw new Error(`${name}: ${created.why}`);
    const updated = await store.update(key, setting('ns', name, '2'), created.now.revision);
    if (!updated.ok) throw new Error(`${name}: ${updated.why}`);
    say('2');
    if (round % 7 !== 0) continue;
    await store.delete(key);
    say('deleted');
  }
}

await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(writeForEver));
