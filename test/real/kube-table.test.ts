import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { instant } from '../../src/base/instant.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { parseApiVersion } from '../../src/kube/object.ts';
import { customResourceDefinitions } from '../../src/kube/schema/definitions.ts';
import { tableOf } from '../../src/kube/table/table.ts';
import { samples } from '../kube/table/samples.ts';
import { ask } from '../support/ask.ts';
import { type RealApiserver, startKubeApiserver } from '../support/kube-apiserver.ts';
import { missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubeApiserver', 'etcd');

describe.skipIf(missing !== '')(`tables of a real kube-apiserver${missing}`, () => {
  let server: RealApiserver;

  beforeAll(async () => {
    server = await startKubeApiserver();
    for (const crd of customResourceDefinitions()) {
      await ask(server, 'POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
    }
    const works = '/apis/work.open-cluster-management.io/v1/manifestworks';
    while ((await ask(server, 'GET', works)).status !== 200) await pause(100);
  });
  afterAll(() => server?.stop());

  test.each(samples.map((sample) => [sample.object.kind, sample] as const))(
    '%s: ours has its columns and its cells',
    async (_, sample) => {
      const made = await ask(server, 'POST', sample.path, sample.object);
      expect(made.status, made.body.message).toBe(201);
      const path = `${sample.path}/${made.body.metadata.name}`;
      if (sample.status) {
        const put = await ask(server, 'PUT', `${path}/status`, {
          ...made.body,
          status: sample.status,
        });
        expect(put.status, put.body.message).toBe(200);
      }
      const object: KubeObject = (await ask(server, 'GET', path)).body;
      const theirs = (
        await ask(server, 'GET', path, undefined, {
          accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
        })
      ).body;
      const kind = { ...parseApiVersion(object.apiVersion), kind: object.kind };
      const ours = tableOf(kind, [object], instant(Date.now()));
      const columns = (table: typeof ours) =>
        table.columnDefinitions.map(({ name, type, format, priority }) => [
          name,
          type,
          format,
          priority,
        ]);
      expect(columns(ours)).toEqual(columns(theirs));
      expect(ours.rows[0]?.cells.map(blurred)).toEqual(theirs.rows[0].cells.map(blurred));
    },
  );
});

/** Seconds go by between their answer and ours. */
function blurred(cell: unknown): unknown {
  return typeof cell === 'string' && /^\d{1,2}s$/.test(cell) ? 'just now' : cell;
}
