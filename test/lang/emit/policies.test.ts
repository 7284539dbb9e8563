import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { lift } from '../../../src/ir/lift/lift.ts';
import { lower } from '../../../src/ir/lower/lower.ts';
import type { IrDecl } from '../../../src/ir/program.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { importYaml } from '../../../src/lang/import/import.ts';
import { compile } from '../../../src/lang/index.ts';
import { readCase } from '../case.ts';

const folder = fileURLToPath(new URL('policy/ok', import.meta.url));
const cases = readdirSync(folder).filter((name) => name.endsWith('.ocm'));

function declsOf(text: string): readonly IrDecl[] {
  const { program, diagnostics } = compile(readCase(text));
  expect(program, JSON.stringify(diagnostics)).not.toBeNull();
  return program?.decls ?? [];
}

function objectsOf(decls: readonly IrDecl[]): readonly KubeObject[] {
  return lower({ decls }).objects.map(({ object }) => object);
}

/** A policy or set as its objects say it: no places, severity on each template, and `inform` where nothing was said. */
function essence(decl: IrDecl): unknown {
  if (decl.kind !== 'policy' && decl.kind !== 'policyset') return decl.kind;
  const text = JSON.stringify(decl, (key, value) => (key === 'origin' ? undefined : value));
  const { severity: _, ...rest } = JSON.parse(text);
  if (decl.kind === 'policyset') return rest;
  const [object] = objectsOf([decl]);
  const spec = (object?.spec ?? {}) as { readonly remediationAction?: string };
  const joined = (texts: readonly string[]) => texts.join(', ');
  const { standards, categories, controls } = decl;
  const said = [standards, categories, controls].map(joined);
  return {
    ...rest,
    standards: said[0],
    categories: said[1],
    controls: said[2],
    remediation: spec.remediationAction ?? null,
  };
}

describe.each(cases)('%s', (name) => {
  const decls = declsOf(readFileSync(join(folder, name), 'utf8'));
  const objects = objectsOf(decls);
  const isLifted = (decl: IrDecl): boolean => decl.kind !== 'clusterset' && decl.kind !== 'binding';

  test('lifted from its objects it is the IR it was', () => {
    const wanted = decls.filter(isLifted).map(essence);
    const lifted = lift(objects).filter(isLifted).map(essence);
    expect(lifted).toEqual(wanted);
  });

  test('imported from its objects it is compiled to them again, each in its construct', () => {
    const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
    const { files, lowered } = importYaml({ files: [{ uri: 'objects.json', text }] });
    expect(lowered).toEqual([]);
    const again = objectsOf(declsOf(files?.[0]?.text ?? ''));
    const key = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.name}`;
    const sorted = (list: readonly KubeObject[]) =>
      [...list].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    expect(sorted(again)).toEqual(sorted(objects));
  });
});
