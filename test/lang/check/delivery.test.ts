import { describe, expect, test } from 'vitest';
import { analyse, severityOf } from '../../../src/lang/index.ts';

const before = `namespace shop
fleet { env: prod | stage }
clusterset all { }
namespace shop { bind: [all] }
placement web { where: cluster.env == prod }
app store { on: [web] }
`;
const after =
  '\nplacement last { where: cluster.env == stage }\naddon other { install last { } }\n';

/** Constructs with a hole where somebody is typing. */
const holes = {
  app: 'app a { on: [web] ‹› }',
  'an app of sources': 'app a { on: [web], resources: [‹›] }',
  'an app with a window': 'app a { on: [web], window: { ‹› } }',
  track: 'app a { on: [web] track Deployment d { ‹› } }',
  addon: 'addon a { ‹› }',
  install: 'addon a { install web { ‹› } }',
  rollout: 'rollout r { ‹› }',
};

/** What may stand there for a moment. */
const states = [
  'via',
  'via:',
  'via: repl',
  'healthy: object.',
  'healthy: object.status.a ==',
  'healthy: object.status.all(c => c.',
  'helm("https://charts.example.com/a", vers',
  'git(',
  'kustomize("./a',
  'configs: [AddOnDeploymentConfig.',
  'supports: [{ kind: ',
  'install',
  'track Deployment',
  'track "*',
  'active: ["22:0',
  'first: [can',
  '}',
  ']',
  '@imported(',
  'for i in range(1,',
];

describe.each(Object.entries(holes))('while %s is being typed', (_, hole) => {
  test.each(states)('`%s` keeps all other declarations', (state) => {
    const text = `${before}${hole.replace('‹›', state)}${after}`;
    const { checked, diagnostics } = analyse({ files: [{ uri: 'main.ocm', text }] });
    const names = checked.blocks.map(({ construct, name }) => `${construct} ${name}`.trim());
    expect(names).toEqual(
      expect.arrayContaining(['placement web', 'app store', 'placement last', 'addon other']),
    );
    // What is wrong is said of the declaration that is being typed, and of no other.
    const start = before.length;
    const end = text.length - after.length;
    for (const { span, code } of diagnostics.filter((each) => severityOf(each) === 'error')) {
      const inside = span.start >= start && span.start <= end + 1;
      expect({ code, inside }).toEqual({ code, inside: true });
    }
  });
});
