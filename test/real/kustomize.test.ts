import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/base/json.ts';
import { kustomize } from '../../src/kube/kustomize/build.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import { resolvePath } from '../../src/lang/bind/path.ts';
import { cases } from '../kube/kustomize/cases.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';

const missing = missingRealParts('kubectl');
const kubectl = findRealParts()?.kubectl;

const keyOf = (object: Json): string => {
  const { kind, metadata } = object as {
    kind: string;
    metadata: { name: string; namespace?: string };
  };
  return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
};
const byKey = (objects: readonly Json[]): Readonly<Record<string, Json>> =>
  Object.fromEntries(objects.map((object) => [keyOf(object), object]));

describe.skipIf(missing !== '')(
  `a kustomization is what kubectl kustomize makes of it${missing}`,
  () => {
    test.each(Object.entries(cases))('%s', (_, files) => {
      const root = mkdtempSync(join(tmpdir(), 'ocm-kustomize-'));
      try {
        for (const [path, text] of Object.entries(files)) {
          mkdirSync(dirname(join(root, path)), { recursive: true });
          writeFileSync(join(root, path), text);
        }
        const output = execFileSync(kubectl ?? '', ['kustomize', join(root, 'overlay')], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        const read = parseYaml(output, 'kubernetes');
        const made = kustomize('overlay', {
          resolve: resolvePath,
          read: (path) => {
            try {
              return readFileSync(join(root, path), 'utf8');
            } catch {
              return null;
            }
          },
        });
        expect(made).toMatchObject({ ok: true });
        const theirs = read.ok ? read.documents.map(({ value }) => value) : [];
        expect(byKey(made.ok ? made.objects : [])).toEqual(byKey(theirs));
      } finally {
        rmSync(root, { recursive: true, force: true });
      }
    });
  },
);
