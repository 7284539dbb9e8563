import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { run } from '../../src/cli/run.ts';
import { temporaryFolder } from '../cli/folder.ts';
import { chartFiles, chartServer, type TarEntry, tgz } from '../cli/vendor/servers.ts';
import { testIo } from '../support/io.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('helm');
const helm = findRealParts()?.helm ?? 'helm';
const folder = temporaryFolder();
afterAll(folder.remove);

async function ocm(...argv: readonly string[]) {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder.path, OCM_HELM: helm };
  const io = testIo({ cwd: folder.path, env });
  const code = await run(argv, io);
  return { code, out: io.stdout(), err: io.stderr() };
}

const module = (address: string, values: string): string =>
  folder.write(
    'main.ocm',
    `namespace shop
clusterset all { }
namespace shop { bind: [all] }
placement p { }
app web { on: [p], resources: [helm("${address}/charts/redis", values: { ${values} }, name: "cache")] }
`,
  );

describe.skipIf(missing !== '')(`a vendored chart, rendered by the real helm${missing}`, () => {
  test('is compiled to what helm makes of its templates and these values', async () => {
    const more: readonly TarEntry[] = [
      ...chartFiles('1.2.3'),
      [
        'redis/crds/crd.yaml',
        'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: as.acme.io }\n',
      ],
      [
        'redis/templates/tests/test.yaml',
        'apiVersion: v1\nkind: Pod\nmetadata: { name: t, annotations: { "helm.sh/hook": test } }\n',
      ],
    ];
    const server = await chartServer(new Map([['1.2.3', tgz(more)]]));
    try {
      module(server.origin, 'text: "said: \\"x\\""');
      expect(await ocm('vendor', '--allow-host', '127.0.0.1')).toMatchObject({ code: exit.ok });
    } finally {
      await server.stop();
    }
    const compiled = await ocm('compile', '-o', 'ir');
    expect(compiled.err).toBe('');
    const app = JSON.parse(compiled.out).decls.find(
      (decl: { kind: string }) => decl.kind === 'app',
    );
    const objects = app.manifests.map((each: { object: { value: unknown } }) => each.object.value);
    expect(objects).toEqual([
      {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'CustomResourceDefinition',
        metadata: { name: 'as.acme.io' },
      },
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'cache', namespace: 'default' },
        data: { text: 'said: "x"', version: '1.2.3' },
      },
    ]);
  });

  test('that draws a random password is refused', async () => {
    const random: TarEntry = [
      'redis/templates/map.yaml',
      'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { p: {{ randAlphaNum 20 }} }\n',
    ];
    const files = chartFiles('2.0.0').map((entry) => (entry[0] === random[0] ? random : entry));
    const server = await chartServer(new Map([['2.0.0', tgz(files)]]));
    try {
      module(server.origin, '');
      const { code, err } = await ocm('vendor', '--update', '--allow-host', '127.0.0.1');
      expect({ code, err }).toMatchObject({
        code: exit.no,
        err: expect.stringContaining('renders differently each time'),
      });
    } finally {
      await server.stop();
    }
    // What is on disk is what the lock says: the new chart, which renders to nothing yet.
    const lock = JSON.parse(readFileSync(join(folder.path, 'ocm.lock'), 'utf8'));
    const resolved = Object.values<{ resolved: string }>(lock.sources).map((of) => of.resolved);
    expect(resolved.sort()).toEqual(['1.2.3', '2.0.0']);
    expect((await ocm('vendor', '--check')).out).toContain('was not rendered');
  });
});
