import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/io.ts';
import { decode } from '../../src/ir/decode.ts';
import type { IrProgram } from '../../src/ir/program.ts';
import type { ProgramObject, ProgramPart } from '../../src/ir/program-object.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import { root } from '../support/capabilities.ts';
import { ocm, temporaryFolder } from './folder.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const quickstart = join(root, 'examples/quickstart');
const compile = (...argv: readonly string[]) => ocm(folder.path, 'compile', quickstart, ...argv);

/** What `-o yaml` printed, read again. */
function documents(text: string): readonly KubeObject[] {
  const read = parseYaml(text);
  if (!read.ok) throw new Error(read.message);
  return read.documents.map(({ value }) => value as unknown as KubeObject);
}

const kinds = [
  'ManagedClusterSet',
  'ManagedClusterSetBinding',
  'Placement',
  'Policy',
  'PlacementBinding',
  'ProgramPart',
  'ProgramPart',
  'Program',
];

describe('ocm compile', () => {
  test('upstream objects in the order they can be applied, the Program last after its parts', async () => {
    const { code, out, err } = await compile();
    expect({ code, err }).toEqual({ code: exit.ok, err: '' });
    const objects = documents(out);
    expect(objects.map(({ kind }) => kind)).toEqual(kinds);
    const program = objects.at(-1) as ProgramObject;
    const parts = objects.filter(({ kind }) => kind === 'ProgramPart');
    expect(program.spec?.parts.map(({ name }) => name)).toEqual(
      parts.map(({ metadata }) => metadata.name),
    );
    expect(program.spec?.serviceAccountName).toBe('ocm-programs');
  });

  test('as JSON: the same objects in a List', async () => {
    const [json, yaml] = [await compile('-o', 'json'), await compile('-o', 'yaml')];
    const { apiVersion, kind, items } = JSON.parse(json.out);
    expect({ apiVersion, kind }).toEqual({ apiVersion: 'v1', kind: 'List' });
    expect(items).toEqual(documents(yaml.out));
  });

  test('the emitted Program decodes to the declarations of the IR that stay in it', async () => {
    const objects = documents((await compile()).out);
    const ir: IrProgram = JSON.parse((await compile('-o', 'ir')).out);
    const { irVersion, parts } = (objects.at(-1) as ProgramObject).spec ?? {};
    const part = (name: string) =>
      objects.find(({ metadata }) => metadata.name === name) as unknown as ProgramPart | undefined;
    const decoded = decode({ irVersion: irVersion ?? '', parts: parts ?? [] }, part);
    if (decoded.state !== 'ok') throw new Error(JSON.stringify(decoded));
    expect(decoded.program.decls).toEqual(ir.decls.filter(({ kind }) => kind === 'app'));
    expect(decoded.program.decls.length).toBe(1);
  });

  test('--name and --service-account are those of the Program', async () => {
    const { out } = await compile('--name', 'shop', '--service-account', 'deployer');
    const program = documents(out).at(-1) as ProgramObject;
    expect(program.metadata).toEqual({ name: 'shop', namespace: 'quickstart' });
    expect(program.spec?.serviceAccountName).toBe('deployer');
  });

  test('upstream YAML is refused with the way to a module, alone or among others', async () => {
    const yaml = folder.write('web.yaml', 'kind: Placement\n');
    const main = folder.write('web.ocm', 'namespace s\nplacement web {}\n');
    const err = 'error: web.yaml is no .ocm file; `ocm import web.yaml` makes one of it\n';
    const refused = { code: exit.no, out: '', err };
    expect(await ocm(folder.path, 'compile', yaml)).toEqual(refused);
    expect(await ocm(folder.path, 'compile', main, yaml)).toEqual(refused);
    const inventory = join(quickstart, 'clusters.yaml');
    const mixed = await ocm(folder.path, 'eval', main, yaml, '--inventory', inventory);
    expect(mixed).toEqual(refused);
  });

  test('twice the same text', async () => {
    expect((await compile()).out).toBe((await compile()).out);
  });
});

describe('parameters', () => {
  const image = async (...argv: readonly string[]) => {
    const { code, out } = await compile('-o', 'ir', ...argv);
    expect(code).toBe(exit.ok);
    return /"image": "([^"]+)"/.exec(out)?.[1];
  };
  const values = folder.write('values.yaml', 'image: nginx:from-file\nmode: enforce\n');

  test('their defaults, --params over these, --param over both', async () => {
    expect(await image()).toBe('nginx:1.28');
    expect(await image('--params', values)).toBe('nginx:from-file');
    expect(await image('--params', values, '--param', 'image=nginx:given')).toBe('nginx:given');
    expect(await image('-p', 'image=a=b')).toBe('a=b');
  });

  test('a parameter reaches the objects', async () => {
    const policies = async (...argv: readonly string[]) =>
      documents((await compile(...argv)).out)
        .filter(({ kind }) => kind === 'Policy')
        .map(({ spec }) => (spec as { remediationAction: string }).remediationAction);
    expect(await policies()).toEqual(['inform']);
    expect(await policies('--params', values)).toEqual(['enforce']);
  });

  test('a value that does not fit is refused with the place of the parameter', async () => {
    const { code, out, err } = await compile('--param', 'mode=enforc');
    expect({ code, out }).toEqual({ code: exit.no, out: '' });
    expect(err).toContain('error[OCM2004]: expected `inform` | `enforce`, found `"enforc"`');
    expect(err).toContain('main.ocm:8:7');
  });

  test('a name that is no parameter is refused', async () => {
    const { code, err } = await compile('--param', 'nope=1');
    expect(code).toBe(exit.no);
    expect(err).toContain('error[OCM2001]: unknown parameter `nope`\n┌─ command line\nhelp: ');
    expect(err).not.toContain('did you mean');
  });

  test('a name that is nearly one of a parameter is refused with that one', async () => {
    const { code, err } = await compile('--param', 'imag=1');
    expect(code).toBe(exit.no);
    expect(err).toContain('did you mean `image`?');
  });

  test('text that is no name=value is a wrong command line', async () => {
    expect(await compile('--param', 'image')).toEqual({
      code: exit.usage,
      out: '',
      err: 'error: --param takes name=value, and got `image`\n',
    });
  });

  test('a --params file that is missing or holds no values is named', async () => {
    expect(await compile('--params', 'gone.yaml')).toMatchObject({
      code: exit.environment,
      err: 'error: cannot read gone.yaml: it does not exist\n',
    });
    folder.write('list.yaml', '- 1\n');
    expect(await compile('--params', 'list.yaml')).toMatchObject({
      code: exit.no,
      err: 'error: list.yaml holds no `name: value` lines\n',
    });
  });
});
