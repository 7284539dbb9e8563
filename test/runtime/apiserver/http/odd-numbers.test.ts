import { describe, expect, test } from 'vitest';
import {
  oddNumbers,
  oddNumbersOfPatch,
} from '../../../../src/runtime/apiserver/http/odd-numbers.ts';
import { typedObject } from '../../../../src/runtime/apiserver/types/typed.ts';

describe('numbers that are written oddly', () => {
  test.each<[string, object]>([
    ['{"a":1,"b":[2,-3],"c":"1.5"}', {}],
    ['{"a":1.0}', { a: '1.0' }],
    ['{"a":{"b":[0,{"c": 1e3 }]}}', { 'a.b[1].c': '1e3' }],
    ['[-0.0,1E2]', { '[0]': '-0.0', '[1]': '1E2' }],
    ['{"a":123456789012345,"b":1234567890123456}', { b: '1234567890123456' }],
    ['{"a":"x, 1.5,","b":2.5}', { b: '2.5' }],
    ['{"__proto__":1.0,"constructor":{"a":2.0}}', { ['__proto__']: '1.0', 'constructor.a': '2.0' }],
    ['{"a":1.0', {}],
  ])('%s', (text, found) => {
    expect([...oddNumbers(text)].sort()).toEqual(Object.entries(found).sort());
  });

  test('in a JSON patch are at the places it sets', () => {
    const patch = JSON.stringify([
      { op: 'test', path: '/spec/a', value: 0 },
      { op: 'add', path: '/spec/ports/0/port~1x', value: 0 },
      { op: 'add', path: '/spec', value: { a: [0] } },
    ]);
    expect([...oddNumbersOfPatch(patch.replaceAll(':0', ':1.0').replace('[0]', '[1.0]'))]).toEqual([
      ['spec.ports[0].port/x', '1.0'],
      ['spec.a[0]', '1.0'],
    ]);
  });

  test('are no integers of Kubernetes’ own kinds, in the words of Go', () => {
    const kind = { group: 'apps', version: 'v1', kind: 'Deployment' };
    const fault = (text: string) => typedObject(kind, JSON.parse(text), oddNumbers(text));
    const told = (number: string, field: string, type: string) => ({
      misfit: `json: cannot unmarshal number ${number} into Go struct field ${field} of type ${type}`,
    });
    expect(fault('{"spec":{"replicas":1.0}}')).toEqual(
      told('1.0', 'DeploymentSpec.spec.replicas', 'int32'),
    );
    expect(fault('{"spec":{"replicas":3000000000}}')).toEqual(
      told('3000000000', 'DeploymentSpec.spec.replicas', 'int32'),
    );
    expect(fault('{"status":{"observedGeneration":1e3}}')).toEqual(
      told('1e3', 'DeploymentStatus.status.observedGeneration', 'int64'),
    );
    expect(fault('{"spec":{"paused":1.0}}')).toEqual({
      misfit:
        'json: cannot unmarshal number into Go struct field DeploymentSpec.spec.paused of type bool',
    });
    const surge = '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":1.0}}}}';
    expect(fault(surge)).toEqual(
      told('1.0', 'RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge', 'int32'),
    );
  });

  test('are looked for in time that grows with the text', () => {
    for (const text of [`:${'1'.repeat(3e6)}`, ':1 '.repeat(1e6), `:${' '.repeat(3e6)}`]) {
      expect(oddNumbers(text).size).toBe(0);
    }
  });
});
