import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../src/base/json.ts';
import { goText } from '../../../src/lang/emit/template/go.ts';
import { compile } from '../../../src/lang/index.ts';

const around = `
namespace payments
kind Widget: "acme.io/v1"
fleet { env: prod | dev, on: bool }
placement web { }
`;

function compiled(value: string, plainTemplates = false) {
  const text = `${around}policy p { on: [web]\nmusthave Widget w { spec: { v: ${value} } }\n}`;
  return compile({ files: [{ uri: 'main.ocm', text }], plainTemplates });
}

/** The text of a field with this value. */
function textOf(value: string, plainTemplates = false): Json | undefined {
  const { program, diagnostics } = compiled(value, plainTemplates);
  const policy = program?.decls.find((decl) => decl.kind === 'policy');
  const [template] = policy?.templates ?? [];
  if (template?.template !== 'config') throw new Error(JSON.stringify(diagnostics));
  const spec = template.objects[0]?.definition['spec'] as JsonObject;
  return spec['v'];
}

describe('templates of policies', () => {
  test('without guards a lookup is the line people write by hand', () => {
    const value = 'hub.configmap("autoscaler-config").int("${cluster.name}-maxnodes")';
    expect(textOf(value, true)).toBe(
      '{{hub fromConfigMap "" "autoscaler-config" (printf "%s-maxnodes" .ManagedClusterName) | toInt hub}}',
    );
    expect(compiled(value, true).diagnostics.map(({ code }) => code)).toEqual(['OCM3017']);
  });

  test('with guards, which is how they are written, a lookup fails aloud', () => {
    const text = textOf('hub.configmap("sizes").int("n")');
    expect(text).toContain(
      '{{hub fail "LookupFailed: not an int at key n in ConfigMap sizes on the hub" hub}}',
    );
    expect(text).toMatch(/\| toInt hub\}\}$/);
  });

  test('a default that is a text stands in the lookup', () => {
    expect(textOf('hub.configmap("sizes").string("n") ?? "none"')).toBe(
      '{{hub dig "data" "n" "none" (lookup "v1" "ConfigMap" "" "sizes") | toRawJson | toLiteral hub}}',
    );
  });

  test('a choice by a label is an `if eq`', () => {
    expect(textOf('if cluster.env == prod then 25% else 50%')).toBe(
      '{{hub if eq (index .ManagedClusterLabels "env") "prod" hub}}25%{{hub else hub}}50%{{hub end hub}}',
    );
  });

  test('texts of Go hold nothing that ends a YAML scalar or changes its style', () => {
    expect(goText('it\'s "a" \\ \n\t é 😀 \ud800')).toBe(
      '"it\\x27s \\"a\\" \\\\ \\n\\t \\u00e9 \\U0001f600 \\ufffd"',
    );
  });

  test('what would grow without end is refused', () => {
    let value = 'cluster.on == cluster.on';
    for (let depth = 0; depth < 18; depth += 1) value = `(${value}) == (cluster.on == cluster.on)`;
    const { program, diagnostics } = compiled(value);
    expect(program).toBeNull();
    expect(diagnostics.map(({ code }) => code)).toEqual(['OCM2036']);
  });
});
