import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type HubControllersOptions,
  runHubControllers,
} from '../../../src/cli/local/controllers.ts';
import { connect } from '../../../src/runtime/client/kube.ts';
import { loadKubeconfig } from '../../../src/runtime/client/kubeconfig.ts';
import { type EmbeddedServer, startEmbeddedServer } from '../../support/embedded-server.ts';
import { testIo } from '../../support/io.ts';

let server: EmbeddedServer;
beforeAll(async () => {
  server = await startEmbeddedServer();
});
afterAll(() => server.stop());

/** Controllers in this process, as `ocm hub controllers` runs them. */
async function run(options: HubControllersOptions) {
  const loaded = await loadKubeconfig({ text: server.adminKubeconfig });
  if (!loaded.ok) throw new Error(loaded.why);
  const end = new AbortController();
  const io = testIo({ signal: end.signal });
  const over = runHubControllers(connect(loaded.kubeconfig), options, io).then(
    () => null,
    (error: Error) => error.message,
  );
  const said = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(io.stderr());
      if (found !== null) return found;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { end: () => end.abort(), over, said };
}

test('of two processes one writes; the other stands by, says so, and follows', async () => {
  const options = {
    only: 'placement',
    leaderElect: true,
    leaderElectNamespace: 'default',
    metricsAddress: '127.0.0.1:0',
  };
  const first = await run(options);
  const [, url] = await first.said(/metrics: (http:\S+)\/metrics/);
  await first.said(/controllers run against/);
  const get = async (at: string | undefined, path: string) => {
    const response = await fetch(`${at}${path}`);
    return { status: response.status, text: await response.text() };
  };
  expect(await get(url, '/readyz')).toEqual({ status: 200, text: 'ok\n' });
  expect(await get(url, '/healthz')).toEqual({ status: 200, text: 'ok\n' });
  const metrics = (await get(url, '/metrics')).text;
  expect(metrics).toContain('ocm_leading 1\n');
  expect(metrics).toMatch(/^ocm_passes_total\{controller="placement[^"]*"\} \d+$/m);
  expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect((await get(url, '/else')).status).toBe(404);

  const second = await run(options);
  const [, standby] = await second.said(/metrics: (http:\S+)\/metrics/);
  await second.said(/waits to lead/);
  expect((await get(standby, '/metrics')).text).toContain('ocm_leading 0\n');
  expect((await get(standby, '/readyz')).status).toBe(200);
  first.end();
  expect(await first.over).toBeNull();
  await second.said(/controllers run against/);
  expect((await get(standby, '/metrics')).text).toContain('ocm_leading 1\n');
  second.end();
  expect(await second.over).toBeNull();
}, 30_000);

test('an address that is none, and one that is taken, are said plainly', async () => {
  const wrong = await run({ metricsAddress: 'here' });
  expect(await wrong.over).toBe('no address: here; write host:port, or a port');
  const first = await run({ only: 'placement', metricsAddress: '0' });
  const [, port] = await first.said(/metrics: http:\/\/127\.0\.0\.1:(\d+)/);
  const second = await run({ only: 'placement', metricsAddress: `:${port}` });
  expect(await second.over).toBe(`cannot serve metrics on :${port}: the port is in use`);
  first.end();
  await first.over;
}, 30_000);
