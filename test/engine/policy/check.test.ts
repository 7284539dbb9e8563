import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/base/json.ts';
import { evaluateCheck, type RegoModule } from '../../../src/engine/policy/check.ts';
import type { IrCheckTemplate, IrRegoTemplate } from '../../../src/ir/program.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { compile } from '../../../src/lang/compile.ts';
import { readCase } from '../../lang/case.ts';

function checkOf(body: string): IrCheckTemplate {
  const text = `namespace shop\nplacement all { }\npolicy p { on: [all], check c { ${body} } }`;
  const { program, diagnostics } = compile(readCase(text));
  expect(diagnostics).toEqual([]);
  const policy = program?.decls.find((decl) => decl.kind === 'policy');
  return (policy?.kind === 'policy' ? policy.templates[0] : null) as IrCheckTemplate;
}

const object = (kind: string, name: string, rest: object = {}, namespace = 'shop') =>
  ({ apiVersion: 'v1', kind, metadata: { name, namespace }, ...rest }) as unknown as KubeObject;
const pod = (name: string, spec?: object, namespace?: string) =>
  object('Pod', name, spec === undefined ? {} : { spec }, namespace);
const namespaces = ['shop', 'kube-system'].map((name) => object('Namespace', name, {}, ''));

const messages = (check: IrCheckTemplate, objects: readonly KubeObject[]) =>
  evaluateCheck({ check, objects, namespaces }).violations.map(({ message }) => message);

describe('a native check', () => {
  test('looks at the objects of its kind that `where` chooses', () => {
    const check = checkOf(
      'each: Pod, where: object.metadata.namespace == "shop", require: (object.spec.hostNetwork ?? false) == false',
    );
    const objects = [
      pod('a', { hostNetwork: true }),
      pod('b', { hostNetwork: false }),
      pod('c', { hostNetwork: true }, 'other'),
      object('Service', 'd', { spec: { hostNetwork: true } }),
      { ...pod('e', { hostNetwork: true }), apiVersion: 'other.example.com/v1' },
    ];
    const outcome = evaluateCheck({ check, objects, namespaces });
    expect(outcome.examined).toBe(2);
    expect(outcome.violations).toEqual([
      { object: objects[0], message: 'Pod shop/a does not satisfy c' },
    ]);
  });

  test('what is unknown does not hold: it is not looked at, and does not fulfil what is required', () => {
    const where = checkOf('each: Pod, where: object.spec.hostNetwork == true, require: 1 == 2');
    expect(messages(where, [pod('a'), pod('b', {})])).toEqual([]);
    const require = checkOf('each: Pod, require: object.spec.hostNetwork == false');
    expect(messages(require, [pod('a'), pod('b', { hostNetwork: false })])).toHaveLength(1);
  });

  test('reads quantities, lists and maps of the object', () => {
    const check = checkOf(
      'each: Pod, require: object.spec.containers.all(c => c.resources.limits["memory"] <= 1Gi)',
    );
    const limited = (memory: string) => ({ containers: [{ resources: { limits: { memory } } }] });
    expect(messages(check, [pod('a', limited('1024Mi')), pod('b', limited('2Gi'))])).toEqual([
      'Pod shop/b does not satisfy c',
    ]);
  });

  test('says its message of the object, and the usual one where it cannot', () => {
    const check = checkOf('each: Pod, require: 1 == 2, message: "${object.metadata.uid} is wrong"');
    const known = { ...pod('a'), metadata: { ...pod('a').metadata, uid: 'u' } };
    expect(messages(check, [known, pod('b')])).toEqual([
      'u is wrong',
      'Pod shop/b does not satisfy c',
    ]);
  });

  test('keeps to its namespaces; what is in none is looked at', () => {
    const check = checkOf(
      'each: Pod, require: 1 == 2, namespaces: { include: ["*"], exclude: ["kube-*"] }',
    );
    expect(messages(check, [pod('a'), pod('b', {}, 'kube-system'), pod('c', {}, '')])).toEqual([
      'Pod shop/a does not satisfy c',
      'Pod c does not satisfy c',
    ]);
    const bad = checkOf('each: Pod, require: 1 == 2, namespaces: { include: ["[a"] }');
    expect(evaluateCheck({ check: bad, objects: [pod('a')], namespaces }).error).toContain('[a');
  });

  test('is total: whatever an object holds, it is judged', () => {
    const check = checkOf(
      'each: Pod, require: object.spec.containers.any(c => c.image.startsWith("x")), message: "${object.metadata.name}"',
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (spec, containers) => {
        const both = [pod('a', spec as object), pod('b', { containers: containers as object })];
        expect(evaluateCheck({ check, objects: both, namespaces }).examined).toBe(2);
      }),
    );
    const odd = JSON.parse(
      '{"__proto__":{"containers":[{"image":"x"}]},"constructor":1}',
    ) as object;
    expect(messages(check, [pod('a', odd)])).toEqual(['a']);
  });
});

describe('a check in Rego', () => {
  const check: IrRegoTemplate = {
    ...(checkOf('each: Pod, require: 1 == 1') as unknown as IrRegoTemplate),
    template: 'rego',
    allow: 'data.a.allow',
    deny: 'data.a.deny',
    source: '',
    data: { a: 1 },
    wasm: null,
  };
  const module = (answers: Readonly<Record<string, Json>>): RegoModule => ({
    evaluate: (entrypoint) => ({ ok: true, value: answers[entrypoint] }),
  });
  const said = (rego: RegoModule) =>
    evaluateCheck({ check, objects: [pod('a')], namespaces, rego }).violations.map(
      ({ message }) => message,
    );

  test('anything but true is not allowed, and every message of deny is a violation', () => {
    expect(said(module({ 'data.a.allow': true, 'data.a.deny': [] }))).toEqual([]);
    expect(said(module({ 'data.a.deny': ['x', { y: 1 }] }))).toEqual([
      'Pod shop/a does not satisfy c',
      'x',
      '{"y":1}',
    ]);
    expect(said(module({ 'data.a.allow': 'true' }))).toEqual(['Pod shop/a does not satisfy c']);
  });

  test('a question without an answer is a violation that says so', () => {
    const failing: RegoModule = { evaluate: () => ({ ok: false, message: 'it took too long' }) };
    expect(said(failing)).toEqual(['Pod shop/a could not be judged: it took too long']);
  });

  test('one that was not compiled is not judged', () => {
    const outcome = evaluateCheck({ check, objects: [pod('a')], namespaces });
    expect(outcome).toEqual({ examined: 0, violations: [], error: 'its Rego was not compiled' });
  });
});
