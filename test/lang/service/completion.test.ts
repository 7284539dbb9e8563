import { describe, expect, test } from 'vitest';
import { schemas } from '../../../src/lang/schema/constructs.ts';
import { completions } from '../../../src/lang/service/completion.ts';
import { withCursor } from './case.ts';

function offered(text: string): readonly string[] {
  const { snapshot, at } = withCursor(text);
  return completions(snapshot, at).items.map(({ label }) => label);
}

describe('completion', () => {
  test.each([
    ['heads and words at the start of a line', 'pla¦', ['placement']],
    ['keys of a block', 'placement a { ta¦ }', ['take']],
    ['keys of a block, below others', 'placement a {\n  take: 3\n  fr¦\n}', ['from']],
    ['blocks of a block', 'placement a {\n  take: 3\n  gro¦\n}', ['group', 'groupsOf']],
    ['keys of a block within a block', 'placement a { group b { whe¦ } }', ['where']],
    ['sets in a list', 'placement a { from: [e¦] }', ['edge', 'default']],
    ['sets every hub has', 'placement a { from: [glo¦] }', ['global']],
    ['placements in a list', 'policy a { on: [¦] }', ['web']],
    ['words of an enum', 'placement a { order: ¦ }', ['ClusterName', 'Score']],
    ['words of an enum, the line not finished', 'placement a {\n  order: S¦', ['Score']],
    ['attributes of a cluster', 'placement a { where: cluster.en¦ }', ['env']],
    ['attributes within a condition', 'placement a { where: !has(cluster.ti¦', ['tier']],
    ['what every cluster has', 'placement a { where: cluster.alloc¦ }', ['allocatable']],
    ['fields of a record', 'placement a { tolerate: [{ key: "a", eff¦ }] }', ['effect']],
    ['words of a field', 'placement a { tolerate: [{ effect: Pref¦ }] }', ['PreferNoSelect']],
    ['kinds', 'app a { resource Deploym¦ }', ['Deployment']],
    ['notes', 'policy a {\n  @rec¦\n  musthave Role b { }\n}', ['recreate']],
    ['types', 'let a: dura¦', ['duration']],
    ['values of the module', 'let a = repl¦', ['replicas']],
    ['functions', 'let a = sha¦', ['sha256']],
    ['attributes in a fixture', 'fixture f { cluster a { en¦ } }', ['env']],
    ['what every cluster has in a fixture', 'fixture f { defaults: { tai¦ } }', ['taints']],
    ['words of an attribute in a fixture', 'fixture f { cluster a { env: ¦ } }', ['prod']],
    [
      'what a placement is asked in a test',
      'test "t" { expect web.¦ }',
      ['clusters', 'ranked', 'group'],
    ],
    ['the same with its sort in front', 'test "t" { expect placement.web.cl¦ }', ['clusters']],
    ['names of a sort in a test', 'test "t" { expect placement.¦ }', ['web']],
    [
      'attributes of a cluster in a test',
      'fixture f { cluster a { } }\ntest "t" { fleet: f expect a.ti¦ }',
      ['tier'],
    ],
    ['fixtures', 'fixture f { }\ntest "t" { fleet: ¦ }', ['f']],
    [
      'states of a simulation',
      'test "t" { simulate s { at 5m { a: ¦ } } }',
      ['Succeeded', 'Failed'],
    ],
    ['references in labels', 'addon a { install w¦ }', ['web']],
  ])('offers %s', (_, text, expected) => {
    expect(offered(text)).toEqual(expect.arrayContaining(expected));
  });

  test.each([
    ['in a comment', '// pla¦'],
    ['in a string', 'let a = "pla¦'],
    ['where a name is made up', 'let ¦ = 1'],
    ['after a value', 'placement a { take: 3 ¦ }'],
  ])('offers nothing %s', (_, text) => {
    const found = offered(text);
    expect(found.filter((label) => label === 'placement' || label === 'web')).toEqual([]);
  });

  test('a key that is written is not offered again', () => {
    expect(offered('placement a {\n  take: 3\n  ¦\n}')).not.toContain('take');
  });

  test('every key and block of every construct is offered in it', () => {
    for (const {
      head,
      keys,
      blocks,
      in: [parent],
    } of Object.values(schemas)) {
      const body = `${head} x {\n  ¦\n}\n`;
      const path: string[] = [];
      for (let outer = parent as string; outer !== 'file'; ) {
        path.unshift(outer);
        outer = schemas[outer as keyof typeof schemas].in[0] as string;
      }
      const text = `${path.map((each) => `${each} y { `).join('')}${body}${'}'.repeat(path.length)}`;
      const found = offered(text);
      const wanted = Object.entries(keys as Readonly<Record<string, { readonly later?: string }>>)
        .filter(([, { later }]) => later === undefined)
        .map(([key]) => key);
      expect(found, text).toEqual(expect.arrayContaining([...wanted, ...blocks]));
    }
  });
});
