import { describe, expect, test } from 'vitest';
import { modelOf, scopeOn } from '../../../src/engine/simulate/world.ts';
import { testStart } from '../../../src/ir/test-plan.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { reasonsOf, runAll } from './module.ts';

const module = (fixture: string, test: string): string => `namespace shop
fleet { region: string }
clusterset all { members: exclusive }
namespace shop { bind: [all] }
placement web { from: [all] }
app shop {
  on: [web]
  resource ConfigMap shop {
    metadata: { namespace: "shop" }
    data: {
      motd:   hub.configmap("texts").string("motd")
      region: hub.configmap("\${cluster.region}-region").string("name")
    }
  }
}
policy base {
  on: [web]
  musthave ConfigMap base {
    metadata: { namespace: "shop" }
    data: { motd: hub.configmap("texts").string("motd"), site: agent.configmap("site", namespace: "shop").string("name") }
  }
}
resource ConfigMap eu-region { data: { name: "Europe" } }
fixture small {
  defaults: { sets: [all] }
  cluster a { region: "eu" }
  cluster b { region: "us" }
${fixture}
}
test "it" {
  fleet: small
${test}
}
`;
const texts = '  object ConfigMap texts { data: { motd: "hello" } }';
const run = (fixture: string, items: string) => {
  const [outcome] = runAll(module(fixture, items)).outcomes;
  if (outcome === undefined) throw new Error('there is no test');
  return outcome;
};

describe('lookups on the hub in a test', () => {
  test('find objects of the fixture and of the module; what is nowhere fails, with its name', () => {
    const items = '  simulate shop { at 0s { expect shop.updating == [a, b] } }';
    expect(reasonsOf(run(texts, items)).join(' ')).toContain(
      'b cannot be given it: no key name in ConfigMap us-region on the hub',
    );
    const both = `${texts}\n  object ConfigMap us-region { data: { name: "America" } }`;
    expect(run(both, items).ok).toBe(true);
    expect(reasonsOf(run('', items)).join(' ')).toContain('no key motd in ConfigMap texts');
  });

  test('stand in for what a policy looks up, on the hub and on the cluster', () => {
    const on = (motd: string) => `  on a {
    object ConfigMap site { metadata: { namespace: "shop" }, data: { name: "Brno" } }
    object ConfigMap base { metadata: { namespace: "shop" }, data: { motd: "${motd}", site: "Brno" } }
  }
`;
    const expects = '  expect base.violations(a).size() == 0';
    expect(reasonsOf(run(texts, `${on('hello')}${expects}`))).toEqual([]);
    expect(run(texts, `${on('other')}${expects}`).ok).toBe(false);
    expect(reasonsOf(run('', `${on('hello')}${expects}`)).join(' ')).toContain(
      'is not known on a: no key motd in ConfigMap texts on the hub',
    );
  });
});

describe('objects around a program', () => {
  const given: KubeObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'texts', namespace: 'shop' },
  };
  const model = modelOf(
    { irVersion: 'ocm.ir/v1', files: [], decls: [] },
    { sets: [], bindings: [], objects: [given] },
  );
  test('are found by lookups of their namespace only', () => {
    const question = { at: 'hub', group: '', version: 'v1', kind: 'ConfigMap' } as const;
    const asked = { ...question, namespace: '', clusterScoped: false, name: 'texts', labels: {} };
    const scope = (namespace: string) => scopeOn({ model, now: testStart }, null, namespace);
    expect(scope('shop').lookups(asked)).toEqual({ state: 'read', objects: [given] });
    expect(scope('other').lookups(asked)).toEqual({ state: 'read', objects: [] });
  });
});
