import { describe, expect, test } from 'vitest';
import { raiseTemplate } from '../../../src/lang/raise/template.ts';

const raised = (text: string) => raiseTemplate(text)?.text ?? null;

describe('a template becomes an expression', () => {
  test.each([
    ['{{hub .ManagedClusterName hub}}', 'cluster.name'],
    ['{{hub- .ManagedClusterName -hub}}', 'cluster.name'],
    ['pay-{{hub .ManagedClusterName hub}}-x', '"pay-${cluster.name}-x"'],
    ['{{hub fromConfigMap "" "c" "k" hub}}', 'hub.configmap("c").data["k"] ?? ""'],
    ['{{ fromConfigMap "ns" `c` "k" }}', 'agent.configmap("c", namespace: "ns").data["k"] ?? ""'],
    [
      '{{hub fromConfigMap "" "c" "k" | toInt hub}}',
      'int(hub.configmap("c").data["k"] ?? "") ?? 0',
    ],
    [
      '{{hub fromConfigMap "" "autoscaler-config"  (printf "%s-maxnodes" .ManagedClusterName) | toInt hub}}',
      'int(hub.configmap("autoscaler-config").data["${cluster.name}-maxnodes"] ?? "") ?? 0',
    ],
    [
      '{{hub .ManagedClusterName | printf "%s-a" | fromConfigMap "" "c" hub}}',
      'hub.configmap("c").data["${cluster.name}-a"] ?? ""',
    ],
    ['$' + '{x}{{hub .ManagedClusterName hub}}', '"\\${x}${cluster.name}"'],
  ])('%s', (text, expression) => {
    expect(raised(text)).toBe(expression);
  });
});

describe('a template stays one', () => {
  test.each([
    'no template',
    '{{ .ManagedClusterName }}',
    '{{hub .ManagedClusterLabels.env hub}}',
    '{{ fromClusterClaim "id" }}',
    '{{ fromConfigMap "" "c" "k" }}',
    '{{hub fromConfigMap "" "c" "k" | toBool hub}}',
    '{{hub fromSecret "" "c" "k" | base64dec | protect hub}}',
    'a-{{hub fromConfigMap "" "c" "k" | toInt hub}}',
    'a {{hub- .ManagedClusterName hub}}',
    '{{hub .ManagedClusterName hub}}{{ fromConfigMap "n" "c" "k" }}',
    '{{hub printf "%d" .ManagedClusterName hub}}',
    '{{hub printf "%s" "a" "b" hub}}',
    '{{hub fromConfigMap "" "c\\n" "k" hub}}',
    '{{hub if .ManagedClusterName hub}}',
    '{{hub .ManagedClusterName }}',
    '{{hub $x := 1 hub}}',
    '{{/* a comment */}}',
    '{{',
    'a\n{{hub .ManagedClusterName hub}}',
  ])('%s', (text) => {
    expect(raised(text)).toBe(null);
  });
});
