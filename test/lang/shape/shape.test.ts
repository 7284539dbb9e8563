import { expect, test } from 'vitest';
import { messageOf, type Problem } from '../../../src/lang/diagnostics.ts';
import type { Place } from '../../../src/lang/place.ts';
import { shapeBlock } from '../../../src/lang/shape/shape.ts';
import { parseModule } from '../../../src/lang/syntax/parse.ts';

function shaped(text: string) {
  const source = parseModule(text);
  const [placed] = source.chunks;
  const [block] = placed?.chunk.decls ?? [];
  if (placed === undefined || block?.kind !== 'block') throw new Error('no block');
  const place: Place = {
    unit: { uri: 'main.ocm', source, index: 0 },
    chunk: placed.chunk,
    base: placed.start,
  };
  const problems: Problem[] = [];
  const report = (_: Place, problem: Problem): void => void problems.push(problem);
  return { block: shapeBlock({ block, place, parent: 'file' }, { report }), problems };
}

test('known keys become fields, absent ones are null, unknown ones are reported', () => {
  const { block, problems } = shaped('/// Doc.\nplacement web {\n  take: 3\n  tak: 4\n}\n');
  expect(block?.construct).toBe('placement');
  expect(block?.doc).toBe('Doc.');
  const keys = block?.keys as Readonly<Record<string, unknown>>;
  expect(keys['take']).toMatchObject({ kind: 'property', value: { text: '3' } });
  expect(keys['where']).toBeNull();
  expect(problems.map(messageOf)).toEqual(['`tak` is not known in `placement`']);
});

test('loops and branches keep their blocks', () => {
  const { block, problems } = shaped(
    'policy p {\n  for x in xs {\n    if x { musthave Pod a { } } else if y { musthave Pod b { } }\n  }\n}\n',
  );
  expect(problems).toEqual([]);
  expect(block?.children).toMatchObject([
    {
      child: 'for',
      children: [
        {
          child: 'if',
          yes: [{ child: 'block', block: { construct: 'musthave' } }],
          no: [{ child: 'if', yes: [{ child: 'block' }], no: [] }],
        },
      ],
    },
  ]);
});

test('a block without a body is being typed, and nothing is said of it', () => {
  expect(shaped('placement web').problems).toEqual([]);
});
