// The TextMate grammar, made of the lexer's own patterns and the schema of the language, so that editors and GitHub
// colour what the compiler reads. Scopes are those of the TextMate manual, which themes know.

import { schemas } from '../src/lang/schema/constructs.ts';
import { fleetSources, textTypes } from '../src/lang/schema/fleet.ts';
import { noteSchemas } from '../src/lang/schema/notes.ts';
import { keywords, Name, Num, Unit, Version } from '../src/lang/syntax/tokens.ts';

/** Languages of fences, with the scope of the grammar that colours them. */
const embedded = {
  rego: 'source.rego',
  yaml: 'source.yaml',
  json: 'source.json',
  cel: 'source.cel',
  gotmpl: 'source.go-template',
};

const name = `(?!(?:${keywords.join('|')})(?![\\w-]))${Name.PATTERN.source}`;
const word = (...words) => `(?<![\\w.-])(?:${words.join('|')})(?![\\w-])`;
const sorted = (words) =>
  [...new Set(words)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));

const heads = Object.values(schemas);
const keys = sorted(heads.flatMap((schema) => Object.keys(schema.keys)));
const kindHeads = sorted(
  heads.filter(({ labels }) => labels[0]?.is === 'kind').map(({ head }) => head),
);
const nameHeads = sorted(heads.map(({ head }) => head)).filter((head) => !kindHeads.includes(head));
const declaring = ['import', 'let', 'param', 'fun', 'type', 'kind', 'namespace', 'fleet'];
const constants = ['true', 'false'];
const control = keywords.filter((each) => ![...declaring, ...constants].includes(each));

/** Groups of a pattern, by their number from 1. */
const captures = (...scopes) =>
  Object.fromEntries(scopes.map((scope, index) => [index + 1, { name: `${scope}.ocm` }]));

const fence = (language, scope) => ({
  name: `meta.fence.${language}.ocm`,
  begin: `(\`\`\`)(${language})[ \\t]*$`,
  beginCaptures: captures('punctuation.definition.fence.begin', 'entity.name.tag.language'),
  end: '^[ \\t]*(```)',
  endCaptures: captures('punctuation.definition.fence.end'),
  contentName: `meta.embedded.block.${language}`,
  patterns: [{ include: scope }],
});

const repository = {
  comments: {
    patterns: [
      { name: 'comment.line.documentation.ocm', match: '///.*$' },
      { name: 'comment.line.double-slash.ocm', match: '//.*$' },
    ],
  },
  fences: {
    patterns: [
      ...Object.entries(embedded).map(([language, scope]) => fence(language, scope)),
      {
        name: 'string.unquoted.fence.ocm',
        begin: '(```)([a-z0-9_-]*)[ \\t]*$',
        beginCaptures: captures('punctuation.definition.fence.begin', 'entity.name.tag.language'),
        end: '^[ \\t]*(```)',
        endCaptures: captures('punctuation.definition.fence.end'),
      },
    ],
  },
  strings: {
    name: 'string.quoted.double.ocm',
    begin: '"',
    end: '"|$',
    patterns: [
      { name: 'constant.character.escape.ocm', match: '\\\\(?:["\\\\/bfnrt$]|u[0-9a-fA-F]{4})' },
      { name: 'invalid.illegal.escape.ocm', match: '\\\\.' },
      {
        name: 'meta.interpolation.ocm',
        begin: '\\$\\{',
        beginCaptures: { 0: { name: 'punctuation.section.interpolation.begin.ocm' } },
        end: '\\}|$',
        endCaptures: { 0: { name: 'punctuation.section.interpolation.end.ocm' } },
        patterns: [{ include: '#values' }],
      },
    ],
  },
  notes: {
    patterns: [
      {
        match: `(@)(${sorted(Object.keys(noteSchemas)).join('|')})(?![\\w-])`,
        captures: captures('punctuation.definition.annotation', 'storage.type.annotation'),
      },
      {
        match: `(@)(${Name.PATTERN.source})`,
        captures: captures('punctuation.definition.annotation', 'invalid.illegal.annotation'),
      },
    ],
  },
  keys: {
    patterns: [
      {
        match: `(?<![\\w.-])(${keys.join('|')})(\\?)?[ \\t]*(:)`,
        captures: captures(
          'support.type.property-name',
          'keyword.operator.optional',
          'punctuation.separator.key',
        ),
      },
      {
        match: `(?<![\\w.-])(${Name.PATTERN.source}|\`[^\`\\n]+\`)(\\?)?[ \\t]*(:)`,
        captures: captures(
          'variable.other.property',
          'keyword.operator.optional',
          'punctuation.separator.key',
        ),
      },
    ],
  },
  declarations: {
    patterns: [
      {
        match: `(?<![\\w.-])(fun)[ \\t]+(${name})`,
        captures: captures('keyword.declaration', 'entity.name.function'),
      },
      {
        match: `(?<![\\w.-])(type|kind)[ \\t]+(${name})`,
        captures: captures('keyword.declaration', 'entity.name.type'),
      },
      {
        match: `(?<![\\w.-])(let|param)[ \\t]+(${name})`,
        captures: captures('keyword.declaration', 'variable.other.constant'),
      },
      {
        match: `(?<![\\w.-])(namespace)[ \\t]+(${name})`,
        captures: captures('keyword.declaration', 'entity.name.namespace'),
      },
      {
        match: `(?<![\\w.-])(${kindHeads.join('|')})[ \\t]+(${name})(?:[ \\t]+(${name}))?`,
        captures: captures('keyword.declaration', 'entity.name.type', 'entity.name.section'),
      },
      {
        match: `(?<![\\w.-])(${nameHeads.join('|')})(?:[ \\t]+(${name}))?(?=(?:[ \\t]+"[^\\n]*"|[ \\t]+\\d\\w*)?[ \\t]*\\{)`,
        captures: captures('keyword.declaration', 'entity.name.section'),
      },
      {
        match: `(?<![\\w.-])(${nameHeads.join('|')})(?=[ \\t]+(?:"|\\d)[^\\n]*\\{)`,
        captures: captures('keyword.declaration'),
      },
      { name: 'keyword.declaration.ocm', match: word(...declaring) },
    ],
  },
  values: {
    patterns: [
      { include: '#comments' },
      { include: '#fences' },
      { include: '#strings' },
      { name: 'variable.other.quoted.ocm', match: '`[^`\\n]+`' },
      { name: 'constant.numeric.version.ocm', match: `(?<![\\w.-])${Version.PATTERN.source}` },
      { name: 'constant.numeric.unit.ocm', match: `(?<![\\w.])(?:${Unit.PATTERN.source})` },
      { name: 'constant.numeric.ocm', match: `(?<![\\w.])${Num.PATTERN.source}` },
      { name: 'constant.language.boolean.ocm', match: word(...constants) },
      {
        match: `(from)[ \\t]+(${Object.keys(fleetSources).join('|')})(?=[ \\t]+")`,
        captures: captures('keyword.control', 'support.type.source'),
      },
      { name: 'keyword.control.ocm', match: word(...control) },
      {
        match: `(\\.)(${Name.PATTERN.source})(?=\\()`,
        captures: captures('punctuation.accessor', 'entity.name.function.member'),
      },
      {
        match: `(\\.)(?!\\.)(${Name.PATTERN.source})`,
        captures: captures('punctuation.accessor', 'variable.other.member'),
      },
      { name: 'variable.language.ocm', match: word('cluster', 'object', 'hub', 'agent') },
      {
        name: 'support.type.primitive.ocm',
        match: `${word(...sorted([...textTypes, 'condition', 'json']))}(?!\\()`,
      },
      { name: 'entity.name.function.ocm', match: `(?<![\\w.-])${name}(?=\\()` },
      { name: 'variable.other.ocm', match: `(?<![\\w.-])${name}` },
      {
        name: 'keyword.operator.ocm',
        match: '==|!=|<=|>=|=>|&&|\\|\\||\\?\\?|\\.\\.\\.|[<>=!+*/|?-]',
      },
      { name: 'punctuation.separator.ocm', match: '[,:]' },
      { name: 'punctuation.section.ocm', match: '[{}\\[\\]()]' },
    ],
  },
};

/** The grammar as `grammar/ocm.tmLanguage.json` holds it. */
export function textMateGrammar() {
  return {
    name: 'Open Cluster Management',
    scopeName: 'source.ocm',
    fileTypes: ['ocm'],
    patterns: [
      { include: '#comments' },
      { include: '#fences' },
      { include: '#strings' },
      { include: '#notes' },
      { include: '#keys' },
      { include: '#declarations' },
      { include: '#values' },
    ],
    repository,
  };
}
