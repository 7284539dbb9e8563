import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../src/base/json.ts';
import { lower } from '../../src/ir/lower/lower.ts';
import { compile } from '../../src/lang/index.ts';
import { raiseTemplate } from '../../src/lang/raise/template.ts';
import { findRealParts, missingRealParts } from '../support/real-parts.ts';
import { fieldAt, type ResolveRequest, resolveUpstream } from '../support/template-resolver.ts';

const missing = missingRealParts('resolveTemplates');
const program = findRealParts()?.resolveTemplates ?? '';

const templates = [
  '{{hub .ManagedClusterName hub}}',
  'a-{{hub .ManagedClusterName hub}}-b',
  '{{hub fromConfigMap "" "c" "k" hub}}',
  '{{hub fromConfigMap "" "c" (printf "%s-k" .ManagedClusterName) hub}}',
  'x-{{hub fromConfigMap "" "c" "k" hub}}-y',
  '{{hub fromConfigMap "" "c" "k" | toInt hub}}',
  '{{ fromConfigMap "shop" "c" "k" }}',
];

/** The ConfigurationPolicy of an object with one value. */
function policyOf(value: string): JsonObject {
  const text = `namespace shop\nkind Widget: "acme.io/v1"\nplacement all {}\npolicy p { on: [all], musthave Widget w { spec: { v: ${value} } } }\n`;
  const { program: made, diagnostics } = compile({ files: [{ uri: 'main.ocm', text }] });
  expect(diagnostics).toEqual([]);
  const objects = made === null ? [] : lower(made).objects.map(({ object }) => object);
  const policy = objects.find(({ kind }) => kind === 'Policy') as unknown as JsonObject;
  const [entry] = fieldAt(policy, 'spec.policy-templates') as readonly JsonObject[];
  return entry?.['objectDefinition'] as JsonObject;
}

function requestOf(
  policy: JsonObject,
  data: Readonly<Record<string, string>> | null,
): ResolveRequest {
  const objects =
    data === null
      ? []
      : [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' }, data }];
  return { policy, hub: { clusterName: 'c1', namespace: 'shop', objects }, objects };
}

/** What the value is on the cluster; `error` where there is none. */
function valuesOf(value: string, worlds: readonly (Readonly<Record<string, string>> | null)[]) {
  const policy = policyOf(value);
  return resolveUpstream(
    program,
    worlds.map((data) => requestOf(policy, data)),
  ).map((resolved): Json => {
    const [only] = resolved.objects ?? [];
    return only === undefined ? 'error' : (fieldAt(only.objectDefinition, 'spec.v') ?? null);
  });
}

const texts = ['', '7', '-3', '+5', '00', 'x', 'true', '1e3', 'é', '12345678901234567890', 'a\\nb'];

describe.skipIf(missing !== '')(`templates raised by ocm import${missing}`, () => {
  test.each(templates)('%s: upstream resolves both forms to the same', (template) => {
    const raised = raiseTemplate(template);
    expect(raised).not.toBe(null);
    const worlds = [null, {}, ...texts.map((text) => ({ k: text, 'c1-k': text }))];
    const verbatim = valuesOf(`\`\`\`gotmpl\n${template}\n\`\`\``, worlds);
    expect(valuesOf(raised?.text ?? '', worlds)).toEqual(verbatim);
  });

  test('texts that break the template arrive whole in the expression', () => {
    const worlds = [{ k: `it's "q"` }, { k: 'a\nb' }];
    const template = '{{hub fromConfigMap "" "c" "k" hub}}';
    expect(valuesOf(`\`\`\`gotmpl\n${template}\n\`\`\``, worlds)).toEqual(['error', 'a b']);
    expect(valuesOf(raiseTemplate(template)?.text ?? '', worlds)).toEqual([`it's "q"`, 'a\nb']);
  });

  test('numbers are whole and decimal: what toInt makes of 017, 0x1f and 1.0 is 0', () => {
    const worlds = [{ k: '017' }, { k: '0x1f' }, { k: '1.0' }];
    const template = '{{hub fromConfigMap "" "c" "k" | toInt hub}}';
    expect(valuesOf(`\`\`\`gotmpl\n${template}\n\`\`\``, worlds)).toEqual([15, 31, 1]);
    expect(valuesOf(raiseTemplate(template)?.text ?? '', worlds)).toEqual([0, 0, 0]);
  });
});
