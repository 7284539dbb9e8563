import { afterAll, beforeAll, expect, test } from 'vitest';
import { definitionsPath } from './definitions.ts';
import { Client, type OurServer, startOurs } from './harness.ts';
import { costlyDefinition, endless, estimated, oftenEnough, ruleCosts } from './rule-costs.ts';

let server: OurServer;
let client: Client;
beforeAll(async () => {
  server = await startOurs();
  client = new Client(server.admin);
});
afterAll(async () => {
  client.close();
  await server.stop();
});

test.each(Object.entries(ruleCosts))('%s may cost %i', (rule, cost) => {
  expect(estimated(rule)).toBe(cost);
});

test('what nothing bounds may cost more than any number', () => {
  for (const rule of endless) expect(estimated(rule)).toBeGreaterThan(1e12);
});

async function create(definition: object): Promise<readonly [number, readonly string[]]> {
  const { status, body } = await client.post(`${definitionsPath}?dryRun=All`, definition);
  const causes: readonly { field: string; message: string }[] = body.details?.causes ?? [];
  return [status, causes.map(({ field, message }) => `${field}: ${message}`)];
}

const advice =
  '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';
const at = 'spec.validation.openAPIV3Schema';

test('a rule is refused where it may cost more than ten million in one object, and taken just below', async () => {
  const rule = 'self.n == 1';
  const cost = ruleCosts[rule] ?? 0;
  const place = `${at}.properties[p0].items.x-kubernetes-validations[0].rule`;
  expect(await create(costlyDefinition({ [rule]: cost }))).toEqual([
    422,
    [`${place}: Forbidden: estimated rule cost exceeds budget by factor of 1.200000x ${advice}`],
  ]);
  const [status] = await create(costlyDefinition({ [rule]: cost * 1.2 }));
  expect(oftenEnough(cost * 1.2) * cost).toBe(10_000_000);
  expect(status).toBe(201);
});

test('rules that may cost too much together are refused, and those named that cost most', async () => {
  const rules = Array.from({ length: 11 }, (_, index) => [`self.n == ${index}`, 2 * 1.25] as const);
  const [status, told] = await create(costlyDefinition(Object.fromEntries(rules)));
  const total = `x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema exceeds budget by factor of 1.056000x ${advice}`;
  expect(status).toBe(422);
  expect(told).toHaveLength(5);
  expect(told.slice(0, 4).every((each) => each.includes('contributed to'))).toBe(true);
  expect(told.at(-1)).toBe(`${at}: Forbidden: ${total}`);
});
