import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import { needs } from '../../../src/engine/policy/evaluate.ts';
import type { Attempt, TemplateResolver } from '../../../src/engine/policy/ports.ts';
import { deployment, judge, kinds, namespace, policy, template } from './builders.ts';

const wanted = deployment({ spec: { replicas: 2 } });
const other = deployment(
  { spec: { replicas: 1, paused: true } },
  { uid: 'u1', resourceVersion: '7' },
);
const musthave = policy([template('musthave', wanted)]);

const attempt = (did: Attempt['did'], error: string | null = null): Attempt => ({
  on: { group: 'apps', kind: 'Deployment', namespace: 'default', name: 'x' },
  did,
  error,
});

describe('a named object', () => {
  test('that is as it should be', () => {
    expect(judge(musthave, [wanted])).toMatchObject({
      compliance: 'Compliant',
      details: [
        {
          Compliant: 'Compliant',
          conditions: [
            {
              type: 'notification',
              status: 'True',
              reason: 'K8s `must have` object already exists',
              message: 'deployments [x] found as specified in namespace default',
            },
          ],
        },
      ],
      messages: [
        'Compliant; notification - deployments [x] found as specified in namespace default',
      ],
      violations: [],
      remedies: [],
      errors: [],
    });
  });

  test('that is not there is reported, and created where the policy enforces', () => {
    expect(judge(musthave, [])).toMatchObject({
      compliance: 'NonCompliant',
      messages: ['NonCompliant; violation - deployments [x] not found in namespace default'],
      violations: [{ template: 0, message: 'Resource not found but should exist' }],
      remedies: [],
    });
    const enforced = judge(musthave, [], { remediation: 'enforce' });
    expect(enforced.compliance).toBe('NonCompliant');
    expect(enforced.remedies).toEqual([{ do: 'create', object: wanted }]);
  });

  test('that differs is shown, and updated with what is there kept', () => {
    const informed = judge(musthave, [other]);
    expect(informed.relatedObjects).toEqual([
      {
        object: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'x', namespace: 'default' },
        },
        compliant: 'NonCompliant',
        reason: 'Resource found but does not match',
        properties: {
          createdByPolicy: false,
          uid: 'u1',
          diff: expect.stringContaining('-  replicas: 1\n+  replicas: 2'),
        },
      },
    ]);
    expect(judge(musthave, [other], { remediation: 'enforce' }).remedies).toEqual([
      { do: 'update', object: { ...other, spec: { replicas: 2, paused: true } } },
    ]);
  });

  test('that must only have this loses the rest', () => {
    const only = policy([template('mustonlyhave', wanted)]);
    const extra = { ...other, data: { a: 1 } };
    expect(judge(only, [extra], { remediation: 'enforce' }).remedies).toEqual([
      { do: 'update', object: { ...other, spec: { replicas: 2 } } },
    ]);
  });

  test('that must not be there is deleted, whatever its fields', () => {
    const mustnothave = policy([template('mustnothave', deployment({ spec: { replicas: 9 } }))]);
    expect(judge(mustnothave, [other])).toMatchObject({
      compliance: 'NonCompliant',
      messages: ['NonCompliant; violation - deployments [x] found in namespace default'],
      remedies: [],
    });
    expect(judge(mustnothave, [other], { remediation: 'enforce' }).remedies).toEqual([
      { do: 'delete', object: other },
    ]);
    expect(judge(mustnothave, []).messages).toEqual([
      'Compliant; notification - deployments [x] missing as expected in namespace default',
    ]);
  });

  test('is recreated where a server says that it cannot be updated, and the policy allows it', () => {
    const immutable = {
      remediation: 'enforce',
      dryRun: () => ({ result: 'immutable' as const }),
    } as const;
    const refused = judge(musthave, [other], immutable);
    expect(refused.remedies).toEqual([]);
    expect(refused.violations[0]?.message).toBe(
      'deployments [x] in namespace default cannot be updated, likely due to immutable fields not matching, you may set spec["object-templates"][].recreateOption to recreate the object',
    );
    const allowed = policy([template('musthave', wanted, { recreateOption: 'IfRequired' })]);
    expect(judge(allowed, [other], immutable).remedies).toEqual([
      { do: 'recreate', object: wanted, uid: 'u1' },
    ]);
  });

  test('matches where a server would change nothing', () => {
    const zero = policy([template('musthave', deployment({ spec: { paused: false } }))]);
    const live = deployment({ spec: {} });
    expect(judge(zero, [live]).compliance).toBe('NonCompliant');
    const outcome = judge(zero, [live], { dryRun: () => ({ result: 'object', object: live }) });
    expect(outcome).toMatchObject({
      compliance: 'Compliant',
      relatedObjects: [{ properties: { matchesAfterDryRun: true } }],
    });
  });

  test('whose status differs is reported, and no update offered', () => {
    const status = policy([template('musthave', deployment({ status: { phase: 'Ready' } }))]);
    const outcome = judge(status, [deployment({ status: { phase: 'Bad' } })], {
      remediation: 'enforce',
    });
    expect(outcome.compliance).toBe('NonCompliant');
    expect(outcome.remedies).toEqual([]);
  });
});

describe('what became of a remedy', () => {
  const enforce = (attempts: readonly Attempt[]) => ({ remediation: 'enforce', attempts }) as const;

  test.each<[Attempt['did'], readonly JsonObject[], string]>([
    [
      'create',
      [wanted],
      'Compliant; notification - deployments [x] was created successfully in namespace default',
    ],
    [
      'update',
      [wanted],
      'Compliant; notification - deployments [x] was updated successfully in namespace default',
    ],
    [
      'recreate',
      [wanted],
      'Compliant; notification - deployments [x] was updated successfully in namespace default',
    ],
  ])('%s', (did, objects, message) => {
    expect(judge(musthave, objects, enforce([attempt(did)])).messages).toEqual([message]);
  });

  test('delete', () => {
    const mustnothave = policy([template('mustnothave', wanted)]);
    expect(judge(mustnothave, [], enforce([attempt('delete')])).messages).toEqual([
      'Compliant; notification - deployments [x] was deleted successfully in namespace default',
    ]);
  });

  test('a failure is told of, and tried again', () => {
    const created = judge(musthave, [], enforce([attempt('create', 'forbidden')]));
    expect(created.messages).toEqual([
      'NonCompliant; violation - deployments [x] not found in namespace default',
      'NonCompliant; violation - deployments [x] in namespace default is missing, and cannot be created, reason: `forbidden`',
    ]);
    expect(created.remedies).toHaveLength(1);
    const updated = judge(musthave, [other], enforce([attempt('update', 'forbidden')]));
    expect(updated.messages.at(-1)).toBe(
      'NonCompliant; violation - deployments [x] in namespace default failed to update with the error `forbidden`',
    );
    const mustnothave = policy([template('mustnothave', wanted)]);
    const deleted = judge(mustnothave, [other], enforce([attempt('delete', 'forbidden')]));
    expect(deleted.messages).toEqual([
      'NonCompliant; violation - deployments [x] in namespace default exists, and cannot be deleted, reason: `forbidden`',
    ]);
  });

  test('who created an object is remembered', () => {
    const live = deployment({ spec: { replicas: 2 } }, { uid: 'u1' });
    const first = judge(musthave, [live], enforce([attempt('create')]));
    expect(first.relatedObjects[0]?.properties?.createdByPolicy).toBe(true);
    const previous = { details: first.details, relatedObjects: first.relatedObjects };
    const second = judge(musthave, [live], { remediation: 'enforce', previous });
    expect(second.relatedObjects[0]?.properties?.createdByPolicy).toBe(true);
    const replaced = deployment({ spec: { replicas: 2 } }, { uid: 'u2' });
    const third = judge(musthave, [replaced], { remediation: 'enforce', previous });
    expect(third.relatedObjects[0]?.properties?.createdByPolicy).toBe(false);
  });
});

describe('objects without a name', () => {
  const pod = (name: string, image: string, labels: JsonObject = {}) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: { image },
  });
  const any = (image: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default' },
    spec: { image },
  });

  test.each<[string, string, readonly JsonObject[], string]>([
    [
      'musthave',
      'a',
      [pod('p1', 'a'), pod('p3', 'b')],
      'Compliant; notification - pods [p1] found as specified in namespace default',
    ],
    [
      'musthave',
      'a',
      [pod('p1', 'a'), pod('p2', 'a')],
      'Compliant; notification - pods [p1, p2] found as specified in namespace default',
    ],
    ['musthave', 'a', [], 'NonCompliant; violation - pods not found in namespace default'],
    [
      'musthave',
      'a',
      [pod('p3', 'b')],
      'NonCompliant; violation - pods found but not as specified in namespace default',
    ],
    [
      'mustnothave',
      'a',
      [pod('p1', 'a'), pod('p3', 'b')],
      'NonCompliant; violation - pods [p1] found in namespace default',
    ],
    [
      'mustnothave',
      'a',
      [pod('p3', 'b')],
      'Compliant; notification - pods missing as expected in namespace default',
    ],
  ])('%s image %s', (type, image, objects, message) => {
    expect(judge(policy([template(type, any(image))]), objects).messages).toEqual([message]);
  });

  test('are only reported, and that is said', () => {
    const outcome = judge(policy([template('mustnothave', any('a'))]), [pod('p1', 'a')], {
      remediation: 'enforce',
    });
    expect(outcome).toMatchObject({ compliance: 'NonCompliant', remedies: [], reportedOnly: [0] });
  });

  test('are chosen by a selector', () => {
    const chosen = { objectSelector: { matchLabels: { l: '1' } } };
    const pods = [pod('p1', 'a', { l: '1' }), pod('p2', 'b', { l: '1' }), pod('p3', 'b')];
    expect(judge(policy([template('musthave', any('a'), chosen)]), pods).messages).toEqual([
      'NonCompliant; violation - pods [p2] found but not as specified in namespace default',
    ]);
    expect(judge(policy([template('mustnothave', any('c'), chosen)]), pods).messages).toEqual([
      'Compliant; notification - pods missing as expected in namespace default',
    ]);
    expect(judge(policy([template('musthave', any('a'), chosen)]), []).messages).toEqual([
      'Compliant; notification - No objects of kind Pod were matched from the policy objectSelector',
    ]);
    const wrong = { objectSelector: { matchExpressions: [{ key: 'l', operator: 'Gt' }] } };
    expect(judge(policy([template('musthave', any('a'), wrong)]), pods).errors).toEqual([
      '"Gt" is not a valid label selector operator',
    ]);
  });
});

describe('namespaces', () => {
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' }, data: { a: '1' } };
  const live = (within: string, a = '1') => ({
    ...config,
    metadata: { name: 'c', namespace: within },
    data: { a },
  });
  const all = ['n1', 'n2', 'n3', 'kube-system'].map((name) => namespace(name, { e: name }));
  const selected = (selector: JsonObject, objects: readonly JsonObject[]) =>
    judge(policy([template('musthave', config)], { namespaceSelector: selector }), objects, {
      namespaces: all,
    }).messages;

  test('are selected by patterns and labels', () => {
    const every = ['n1', 'n2', 'n3'].map((name) => live(name));
    expect(selected({ include: ['*'], exclude: ['kube-*'] }, every)).toEqual([
      'Compliant; notification - configmaps [c] found as specified in namespaces: n1, n2, n3',
    ]);
    expect(selected({ matchLabels: { e: 'n2' } }, every)).toEqual([
      'Compliant; notification - configmaps [c] found as specified in namespace n2',
    ]);
  });

  test('of which some lack the object or have another', () => {
    expect(selected({ include: ['n?'] }, [live('n1'), live('n2', '2')])).toEqual([
      'NonCompliant; violation - configmaps [c] not found in namespace n3; configmaps [c] found but not as specified in namespace n2',
    ]);
  });

  test('none selected is a violation', () => {
    const message =
      'NonCompliant; violation - namespaced object c of kind ConfigMap has no namespace specified from the policy namespaceSelector nor the object metadata';
    expect(selected({ include: ['zzz'] }, [])).toEqual([message]);
    expect(selected({ exclude: ['kube-*'] }, [])).toEqual([message]);
    expect(judge(policy([template('musthave', config)]), []).messages).toEqual([message]);
  });

  test('a pattern that is none is an error', () => {
    const of = policy([template('musthave', config)], { namespaceSelector: { include: ['['] } });
    expect(judge(of, []).errors).toEqual([
      "error parsing 'include' pattern '[': syntax error in pattern",
    ]);
  });
});

describe('a policy', () => {
  test('without templates has nothing to object to', () => {
    expect(judge(policy([]), []).messages).toEqual([
      'Compliant; notification - probe contains no object templates to check, and thus has no violations',
    ]);
  });

  test('for a kind that is not served', () => {
    const foo = { apiVersion: 'foo.io/v1', kind: 'Foo', metadata: { name: 'x' } };
    const outcome = judge(policy([template('musthave', foo)]), []);
    expect(outcome.compliance).toBe('NonCompliant');
    expect(outcome.errors).toEqual([
      "couldn't find mapping resource with kind Foo in API version foo.io/v1, please check if you have CRD deployed",
    ]);
  });

  test('for an object without a kind', () => {
    expect(judge(policy([template('musthave', { apiVersion: 'v1' })]), []).messages).toEqual([
      'NonCompliant; violation - The kind and apiVersion fields are required on the object template at index 0 in policy probe',
    ]);
  });

  test('says nothing where nothing has changed', () => {
    const first = judge(musthave, [wanted]);
    const previous = { details: first.details, compliant: first.compliance };
    expect(judge(musthave, [wanted], { previous }).messages).toEqual([]);
    expect(judge(musthave, [other], { previous }).messages).toHaveLength(1);
  });

  test('that is not evaluated again says so', () => {
    const never = policy([template('musthave', wanted)], {
      evaluationInterval: { compliant: 'never' },
    });
    expect(judge(never, [wanted]).messages[0]).toMatch(
      /default\. This policy will not be evaluated again due to spec\.evaluationInterval\.compliant being set to "never"\.$/,
    );
  });

  test('says at most 4096 bytes', () => {
    const many = Array.from({ length: 100 }, (_, i) =>
      deployment({}, { name: `ä${'x'.repeat(60)}${i}` }),
    );
    const [message = ''] = judge(policy(many.map((of) => template('musthave', of))), []).messages;
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096);
    expect(message.endsWith('...[truncated]')).toBe(true);
  });

  test('with Go templates is refused where nobody can resolve them', () => {
    const templated = deployment({ spec: { replicas: '{{ 2 | toInt }}' } });
    const outcome = judge(policy([template('musthave', templated)]), [], {
      remediation: 'enforce',
    });
    expect(outcome).toMatchObject({ compliance: 'NonCompliant', remedies: [] });
    expect(outcome.violations[0]?.message).toBe('Go templates cannot be resolved here');
    const disabled = judge(policy([template('musthave', templated)]), [templated], {
      templates: 'disabled',
    });
    expect(disabled.compliance).toBe('Compliant');
  });

  test('has its templates resolved for each object they look at', () => {
    const seen: string[] = [];
    const resolver: TemplateResolver = {
      resolve: (definition, { objectName, objectNamespace }) => {
        seen.push(`${objectNamespace}/${objectName}`);
        const text = JSON.stringify(definition).replaceAll(
          '{{ .ObjectNamespace }}',
          objectNamespace,
        );
        return {
          ok: true,
          definition: JSON.parse(text),
          sensitive: false,
          skipped: objectNamespace === 'n2',
        };
      },
      resolveRaw: () => ({ ok: false, message: 'no' }),
      message: () => ({ ok: true, text: 'said otherwise' }),
    };
    const config = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'c' },
      data: { here: '{{ .ObjectNamespace }}' },
    };
    const of = policy([template('musthave', config)], {
      namespaceSelector: { include: ['n*'] },
      customMessage: { noncompliant: 'x' },
    });
    const outcome = judge(of, [], {
      namespaces: ['n1', 'n2', 'n3'].map((name) => namespace(name)),
      templates: resolver,
      remediation: 'enforce',
    });
    expect(seen).toEqual(['n1/c', 'n2/c', 'n3/c']);
    expect(
      outcome.remedies.map(({ object: { metadata, ...rest } }) => [metadata.namespace, rest]),
    ).toEqual([
      ['n1', expect.objectContaining({ data: { here: 'n1' } })],
      ['n3', expect.objectContaining({ data: { here: 'n3' } })],
    ]);
    expect(outcome.messages).toEqual(['NonCompliant; said otherwise']);
  });

  test('tells what it has to read', () => {
    const pods = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'a' }, spec: {} };
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'r' },
    };
    const of = policy(
      [template('musthave', wanted), template('mustnothave', pods), template('musthave', role)],
      { namespaceSelector: { include: ['n*'] } },
    );
    const asked = needs({
      policy: of,
      remediation: 'inform',
      kinds,
      namespaces: [namespace('n1')],
    });
    expect(asked).toEqual({
      objects: [
        { group: 'apps', version: 'v1', kind: 'Deployment', namespace: 'default', name: 'x' },
        {
          group: 'rbac.authorization.k8s.io',
          version: 'v1',
          kind: 'Role',
          namespace: 'n1',
          name: 'r',
        },
      ],
      lists: [{ group: '', version: 'v1', kind: 'Pod', namespace: 'a' }],
      namespaces: true,
    });
  });
});

test('names in text are trimmed, as upstream does', () => {
  const spaced = policy([template('musthave', deployment({}, { name: 'x ' }))]);
  expect(judge(spaced, [deployment()]).compliance).toBe('Compliant');
});
