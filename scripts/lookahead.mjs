// What the parser has to look at to know where to go on, found out by chevrotain from the rules.
import { Alternation, getLookaheadPaths, NonTerminal, Option, Repetition } from 'chevrotain';
import { neededFrom } from '../src/lang/syntax/grammar.ts';
import { buildRecovering } from '../src/lang/syntax/parser.ts';

/** The text of src/lang/syntax/lookahead.ts. */
export function lookaheadSource() {
  const { grammar } = buildRecovering(false);
  const lines = Object.entries(grammar.getGAstProductions()).flatMap(([name, rule]) =>
    decisions(rule).map(({ call, at, is, occurrence }) => {
      const found = getLookaheadPaths({ occurrence, rule, prodType: is, maxLookahead: 2 });
      // of what may be left out the second is what follows it
      const ways = call === 'choose' ? found : found.slice(0, 1);
      const texts = ways.map((paths) =>
        paths.map((path) => path.map((type) => type.name).join(' ')),
      );
      return `${name} ${call} ${at}: ${texts.map((paths) => paths.join(' / ')).join(' | ')}`;
    }),
  );
  return `// Written by \`npm run generate\` from the rules. Not to be edited.

/**
 * Where the grammar can go on in several ways: which tokens begin each. A line is \`rule call number: ways\`; between ways
 * stands |, between the beginnings of one way /, and a beginning is one token, or two where one does not decide.
 */
export const lookahead = \`
${lines.join('\n')}
\`;
`;
}

function decisions(production) {
  if (production instanceof NonTerminal) return [];
  const inner = (production.definition ?? []).flatMap(decisions);
  const { idx: occurrence } = production;
  if (production instanceof Alternation) {
    return [{ call: 'choose', at: occurrence, is: 'Alternation', occurrence }, ...inner];
  }
  if (production instanceof Repetition) {
    return [{ call: 'some', at: occurrence, is: 'Repetition', occurrence }, ...inner];
  }
  if (production instanceof Option) {
    const needed = occurrence >= neededFrom;
    const at = needed ? occurrence - neededFrom : occurrence;
    return [{ call: needed ? 'need' : 'maybe', at, is: 'Option', occurrence }, ...inner];
  }
  return inner;
}
