import { describe, expect, test } from 'vitest';
import { applyEdits, formatEdits } from '../../../src/lang/format/edits.ts';
import { formatText } from '../../../src/lang/format/format.ts';
import { saysTheSame } from '../../../src/lang/format/same.ts';
import { parseModule } from '../../../src/lang/syntax/parse.ts';

const lines = (...all: readonly string[]) => `${all.join('\n')}\n`;

/** Formats; what comes out has to stay as it is. */
function format(text: string): string {
  const { text: once, refused } = formatText(text);
  expect(refused).toBe(false);
  expect(formatText(once).text).toBe(once);
  return once;
}

describe('blanks and blank lines', () => {
  test('two spaces for each level, one blank line where one or more were, none at the ends', () => {
    expect(
      format('\n\nlet a=1\n\n\n\nplacement p {\n\n\ttake:3\n\n\n     order : Score\n\n}\n\n'),
    ).toBe(lines('let a = 1', '', 'placement p {', '  take: 3', '', '  order: Score', '}'));
  });

  test('around operators, colons, brackets and members as everywhere', () => {
    expect(format('let a=b+1-2*-3 ; '.replace(' ; ', ''))).toBe('let a = b + 1 - 2 * -3\n');
    expect(format('let a = b -c')).toBe('let a = b - c\n');
    expect(format('let a = b-c')).toBe('let a = b-c\n');
    expect(format('let a = f( x ,y:1 , z=>z . ok ) [ 0 ]')).toBe(
      'let a = f(x, y: 1, z => z.ok)[0]\n',
    );
    expect(format('let a = ! ( b&&c )||d ?? 1==2')).toBe('let a = !(b && c) || d ?? 1 == 2\n');
    expect(format('type T={a ?:int,* :string}?')).toBe('type T = { a?: int, *: string }?\n');
    expect(format('fun f( a:int ,b : [ T ] ):bool=a not  in b')).toBe(
      'fun f(a: int, b: [T]): bool = a not in b\n',
    );
    expect(format('let a = [ ...b,for x,y in c if y:{z:y} ]')).toBe(
      'let a = [...b, for x, y in c if y: { z: y }]\n',
    );
  });

  test('an empty body has nothing in it', () => {
    expect(format('placement p { \n }')).toBe('placement p {}\n');
    expect(format('let a = [ ]\nlet b = f( )')).toBe('let a = []\nlet b = f()\n');
  });

  test('line ends are line feeds, and the last line has one', () => {
    expect(format('let a = 1\r\n\r\nlet b = 2')).toBe('let a = 1\n\nlet b = 2\n');
    expect(format('')).toBe('');
    expect(format('\n\n')).toBe('');
  });
});

describe('commas (Rule 4)', () => {
  test('between items on one line, not between items on lines of their own', () => {
    expect(format('let a = { b: 1 c: 2, }')).toBe('let a = { b: 1, c: 2 }\n');
    expect(format('let a = {\n b: 1, c: 2,\n d: 3,\n}')).toBe(
      lines('let a = {', '  b: 1, c: 2', '  d: 3', '}'),
    );
  });

  test('after the last element of a list over several lines, not after that of a list on one', () => {
    expect(format('let a = [1, 2,]')).toBe('let a = [1, 2]\n');
    expect(format('let a = [1,\n2]')).toBe(lines('let a = [', '  1,', '  2,', ']'));
  });

  test('one stays where the next item would be read on', () => {
    expect(format('x p {\n  a: b,\n  or c {}\n}')).toBe(
      lines('x p {', '  a: b,', '  or c {}', '}'),
    );
  });
});

describe('alignment', () => {
  test('values of consecutive one-line properties; a blank line or a comment begins anew', () => {
    expect(format('x p {\na: 1\nlonger: 2\n\nb: 3\nbc: 4\n// c\nd: 5\n}')).toBe(
      lines(
        'x p {',
        '  a:      1',
        '  longer: 2',
        '',
        '  b:  3',
        '  bc: 4',
        '  // c',
        '  d: 5',
        '}',
      ),
    );
  });

  test('a value that opens a bracket over lines is not aligned; one that goes on is, and ends the run', () => {
    expect(format('x p {\nabc: 1\nde: {\nf: 2\n}\ng: 3\n}')).toBe(
      lines('x p {', '  abc: 1', '  de: {', '    f: 2', '  }', '  g: 3', '}'),
    );
    expect(format('x p {\nfrom: [a]\nwhere: a\n && b\ntake: 3\nprefer: c\n}')).toBe(
      lines('x p {', '  from:  [a]', '  where: a', '      && b', '  take:   3', '  prefer: c', '}'),
    );
  });

  test('bodies of consecutive one-line blocks of one head', () => {
    expect(format('x p {\ngroup a { b: 1 }\ngroup long { b: 2 }\nother c { d: 3 }\n}')).toBe(
      lines('x p {', '  group a    { b: 1 }', '  group long { b: 2 }', '  other c { d: 3 }', '}'),
    );
  });

  test('types and sources of a fleet', () => {
    expect(
      format('fleet {\na: prod|dev from label "x"\nlong?:int\nb:int=0 from claim "y"\n}'),
    ).toBe(
      lines(
        'fleet {',
        '  a:     prod | dev from label "x"',
        '  long?: int',
        '  b:     int = 0    from claim "y"',
        '}',
      ),
    );
  });

  test('characters outside ASCII count as one each', () => {
    expect(format('x p {\n"ä": 1\n"😀b": 2\nabcdef: 3\n}')).toBe(
      lines('x p {', '  "ä":    1', '  "😀b":   2', '  abcdef: 3', '}'),
    );
  });
});

describe('comments', () => {
  test('behind code two blanks away, below each other on consecutive lines', () => {
    expect(format('let a = 1 // one\nlet bcd = 2// two\n\nlet e = 3      // three')).toBe(
      lines('let a = 1    // one', 'let bcd = 2  // two', '', 'let e = 3  // three'),
    );
  });

  test('on lines of their own indented as what follows', () => {
    expect(format('// top\nx p { // behind\n// before\na: 1\n\n// last\n}\n// end')).toBe(
      lines('// top', 'x p {  // behind', '  // before', '  a: 1', '', '  // last', '}', '// end'),
    );
  });

  test('within an expression they stay between the same operands', () => {
    expect(format('let a = b && // why\n c')).toBe(lines('let a = b  // why', '    && c'));
    expect(format('let a = // what\n b')).toBe(lines('let a =  // what', '    b'));
  });

  test('doc comments stay those of what they are on', () => {
    expect(format('  let a = 1 /// of b\n  let b = 2')).toBe(
      lines('let a = 1', '/// of b', 'let b = 2'),
    );
    expect(format('let a = 1 /// of nobody\nlet b = 2')).toBe(
      lines('let a = 1  /// of nobody', 'let b = 2'),
    );
  });

  test('a list keeps what is said of its elements', () => {
    expect(format('let a = [1, // one\n2 // two\n, 3]')).toBe(
      lines('let a = [', '  1,  // one', '  2,  // two', '  3,', ']'),
    );
  });
});

describe('line breaks', () => {
  test('those of the author stay; brackets that are opened at a line end are closed on a line', () => {
    expect(format('let a = [{ b: 1,\nc: 2 }]')).toBe(lines('let a = [{', '  b: 1', '  c: 2', '}]'));
    expect(format('let a = f(1, { b: 1\n})')).toBe(lines('let a = f(1, {', '  b: 1', '})'));
  });

  test('boolean chains break before every operator, or nowhere; tighter ones go in further', () => {
    expect(format('let a = b &&\n c && d')).toBe(lines('let a = b', '    && c', '    && d'));
    expect(format('let a = b && c\n || d && e')).toBe(lines('let a = b && c', '    || d && e'));
    expect(format('let a = b\n && c || d')).toBe(lines('let a = b', '      && c', '    || d'));
    expect(format('let a = b && (c\n || d)')).toBe(lines('let a = b', '    && (c', '      || d)'));
  });

  test('a line that would be longer than 120 columns is broken, outer parts first', () => {
    const name = (letter: string) => letter.repeat(30);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(name);
    expect(format(`let x = ${a} && ${b} && ${c} && ${d}`)).toBe(
      lines(`let x = ${a}`, `    && ${b}`, `    && ${c}`, `    && ${d}`),
    );
    expect(format(`x p { a: { b: ${a}, c: ${b} }, d: { e: ${c}, f: ${d} } }`)).toBe(
      lines('x p {', `  a: { b: ${a}, c: ${b} }`, `  d: { e: ${c}, f: ${d} }`, '}'),
    );
    expect(format(`let x = f(${a}, { b: ${b}, c: ${c}, d: ${d} })`)).toBe(
      lines(`let x = f(${a}, {`, `  b: ${b}`, `  c: ${c}`, `  d: ${d}`, '})'),
    );
    expect(format(`let x = if ${a} then ${b} else if ${c} then ${d} else ${a}`)).toBe(
      lines(
        `let x = if ${a}`,
        `    then ${b}`,
        `    else if ${c}`,
        `    then ${d}`,
        `    else ${a}`,
      ),
    );
  });

  test('a chain stays whole where breaking it would not help; calls and sums break where nothing else does', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((letter) => letter.repeat(50));
    expect(format(`fun f(${a}: int, ${b}: int, ${c}: int) = x && y`)).toBe(
      lines('fun f(', `  ${a}: int,`, `  ${b}: int,`, `  ${c}: int,`, ') = x && y'),
    );
    expect(format(`let x = a.${a}(b).${b}(c).${c}(d)`)).toBe(
      lines(`let x = a.${a}(b)`, `    .${b}(c)`, `    .${c}(d)`),
    );
    expect(format(`let x = "${a}" + "${b}" + "${c}"`)).toBe(
      lines(`let x = "${a}"`, `    + "${b}"`, `    + "${c}"`),
    );
  });

  test('a long list of plain values fills its lines', () => {
    const values = Array.from({ length: 30 }, (_, index) => `"value-${index}"`);
    const text = format(`let x = [${values.join(', ')}]`);
    expect(text.split('\n').length).toBe(7);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(120);
  });

  test('declarations are on lines of their own, with their notes above', () => {
    expect(format('let a = 1 let b = 2')).toBe('let a = 1\nlet b = 2\n');
    expect(format('@deprecated("x") @allow(OCM4012, reason: "y") let a = 1')).toBe(
      lines('@deprecated("x")', '@allow(OCM4012, reason: "y")', 'let a = 1'),
    );
    expect(format('x p { @imported mode: a\n@recreate(None)\nmusthave Pod {} }')).toBe(
      lines('x p {', '  @imported mode: a', '  @recreate(None)', '  musthave Pod {}', '}'),
    );
  });

  test('a note over several lines stays with what it is on, and is no declaration', () => {
    const text = lines('let a = 1', '@allow(', '  // why', '  OCM4012,', ')', 'let b = 2');
    expect(format(text)).toBe(text);
    expect(parseModule(text).chunks.map(({ chunk }) => chunk.problems)).toEqual([[], []]);
  });

  test('both branches of an item are spread, or none', () => {
    expect(format('x p { if a { b: 1 } else {\nc: 2 } }')).toBe(
      lines('x p {', '  if a {', '    b: 1', '  } else {', '    c: 2', '  }', '}'),
    );
  });
});

describe('fences', () => {
  test('are indented with what holds them, and say the same', () => {
    expect(format('x p {\na: ```rego\n    package x\n\n      deep  \n    ```\n}')).toBe(
      lines('x p {', '  a: ```rego', '    package x', '', '      deep  ', '    ```', '}'),
    );
  });

  test('what their closing line makes of the indentation stays', () => {
    const text = 'let a = ```\n    deep\n```\n';
    const formatted = format(text);
    expect(formatted).toBe(lines('let a = ```', '      deep', '  ```'));
    expect(saysTheSame(parseModule(text), parseModule(formatted))).toBe(true);
  });
});

describe('files with errors', () => {
  test('declarations with errors stay byte for byte, the others are formatted', () => {
    const broken = 'placement   b {\n   where:(\n}\n\n\n';
    const { text, kept } = formatText(`let a=1\n\n\n${broken}let c=2`);
    expect(text).toBe(`let a = 1\n\n${broken}let c = 2\n`);
    expect(kept.map(({ problems }) => problems.map(({ code }) => code))).toEqual([['OCM1001']]);
  });

  test('a file that is too large is left alone', () => {
    const text = `let a=1${' '.repeat(4 * 1024 * 1024)}`;
    expect(formatText(text)).toMatchObject({ text, kept: [{ problems: [{ code: 'OCM1004' }] }] });
  });

  test('nesting up to the limit is formatted', () => {
    const deep = `let a = ${'['.repeat(79)}${']'.repeat(79)}`;
    expect(format(deep).split('\n').length).toBe(158);
  });
});

describe('edits for an editor', () => {
  const text = 'let a=1\n\n\nplacement p {\n   take:3, // x\n order:Score }\nlet b=2\n';

  test('give the formatted text, and touch nothing but blanks and commas', () => {
    const edits = formatEdits(text);
    expect(applyEdits(text, edits)).toBe(formatText(text).text);
    for (const { span, text: instead } of edits) {
      expect(text.slice(span.start, span.end) + instead).toMatch(/^[\s,]*$/);
    }
  });

  test('of a range are those of the declarations it touches', () => {
    const at = text.indexOf('take');
    expect(applyEdits(text, formatEdits(text, { start: at, end: at }))).toBe(
      'let a=1\n\n\nplacement p {\n  take:  3  // x\n  order: Score\n}\nlet b=2\n',
    );
  });

  test('there are none where nothing changes', () => {
    expect(formatEdits(formatText(text).text)).toEqual([]);
  });

  test('reach fences and comments', () => {
    const fenced = 'let a = ```\n a\n ```\nlet b = x && // c  \n y\n';
    expect(applyEdits(fenced, formatEdits(fenced))).toBe(formatText(fenced).text);
  });
});
