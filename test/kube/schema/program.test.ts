import { describe, expect, it } from 'vitest';
import { formatInstant, instant } from '../../../src/base/instant.ts';
import type { ProgramObject, ProgramPart } from '../../../src/ir/program-object.ts';
import { programKind, programPartKind } from '../../../src/ir/program-object.ts';
import { kindInfo } from '../../../src/kube/kinds.ts';
import type { KubeObject } from '../../../src/kube/object.ts';
import { schemaOf } from '../../../src/kube/schema/definitions.ts';
import { prune } from '../../../src/kube/schema/prune.ts';
import { validate } from '../../../src/kube/schema/validate.ts';

const condition = {
  type: 'Ready',
  status: 'True' as const,
  reason: 'Applied',
  message: '',
  lastTransitionTime: formatInstant(instant(0)),
};
const program: Required<ProgramObject> & { spec: Required<ProgramObject['spec']> } = {
  apiVersion: 'ocmlang.dev/v1alpha1',
  kind: 'Program',
  metadata: { name: 'web', namespace: 'apps' },
  spec: {
    irVersion: 'ocm.ir/v1',
    serviceAccountName: 'deployer',
    parts: [{ name: 'web-0', sha256: 'a'.repeat(64) }],
    prune: true,
    maxDelete: 2,
    deletionPolicy: 'Delete',
  },
  status: {
    observedGeneration: 1,
    conditions: [condition],
    counts: { declarations: 1, objects: 2, notReady: 0, editedByHand: 0, noLongerDeclared: 0 },
    inventory: [{ group: 'apps', version: 'v1', kind: 'Deployment', namespaces: ['x'] }],
    attention: [
      {
        kind: 'placement',
        name: 'p',
        origin: { file: 0, span: { start: 0, end: 1 } },
        object: null,
        condition,
      },
    ],
    rollouts: [
      {
        app: 'apps/web',
        of: 3,
        done: 1,
        updating: 1,
        failed: 1,
        halted: true,
        reason: 'NotRendered',
        message: 'on c3: region is not known of this cluster',
      },
    ],
  },
};
const part: ProgramPart = {
  apiVersion: 'ocmlang.dev/v1alpha1',
  kind: 'ProgramPart',
  metadata: { name: 'web-0', namespace: 'apps' },
  spec: { holds: 'decls', data: '' },
};

/** The types are the compiler's to check; that the schemas know every field of them is checked here. */
describe('schemas of Program and ProgramPart', () => {
  it.each<[string, KubeObject]>([
    ['Program', program],
    ['ProgramPart', part],
  ])('%s: a whole one is valid and loses nothing', (_, object) => {
    const schema = schemaOf({ group: 'ocmlang.dev', kind: object.kind });
    expect(schema).toBeDefined();
    if (!schema) return;
    expect(prune(schema, object).unknown).toEqual([]);
    expect(validate(schema, object)).toEqual([]);
  });

  it('are those of the kinds the engine names', () => {
    for (const kind of [programKind, programPartKind]) {
      expect(kindInfo(kind)?.version).toBe(kind.version);
    }
  });
});
