import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BothServers, startBoth } from '../runtime/apiserver/both-servers.ts';
import { definitionsPath } from '../runtime/apiserver/definitions.ts';
import type { Client } from '../runtime/apiserver/harness.ts';
import { costlyDefinition, endless, ruleCosts } from '../runtime/apiserver/rule-costs.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

/** What is told of each rule that may cost too much, by its field. */
async function told(client: Client, definition: object): Promise<readonly string[]> {
  const { status, body } = await client.post(`${definitionsPath}?dryRun=All`, definition);
  expect(status, body.message).toBe(422);
  const causes: readonly { field: string; message: string }[] = body.details.causes;
  return causes
    .filter(({ field }) => field.endsWith('.rule'))
    .filter(({ message }) => !message.includes('contributed to'))
    .map(({ field, message }) => `${field}: ${message}`)
    .sort();
}

describe.skipIf(missing !== '')(`what rules may cost, on both servers${missing}`, () => {
  let both: BothServers;
  beforeAll(async () => {
    both = await startBoth();
  }, 240_000);
  afterAll(() => both.stop());

  test('is estimated alike to six digits, and refused by the same factor', async () => {
    const definition = costlyDefinition(ruleCosts);
    const theirs = await told(both.real, definition);
    expect(theirs.length).toBe(Object.keys(ruleCosts).length);
    expect(await told(both.ours, definition)).toEqual(theirs);
  }, 120_000);

  test('is refused alike where nothing bounds it', async () => {
    const definition = costlyDefinition(Object.fromEntries(endless.map((rule) => [rule, 1e9])));
    const theirs = await told(both.real, definition);
    expect(theirs.length).toBe(endless.length);
    expect(await told(both.ours, definition)).toEqual(theirs);
  }, 120_000);
});
