// The reference of the language, made of the schema that checks, completes and explains it: what this page says is what
// the compiler does.
import { schemas } from '../src/lang/schema/constructs.ts';
import { clusterMembers, fleetSources } from '../src/lang/schema/fleet.ts';
import { noteSchemas } from '../src/lang/schema/notes.ts';
import { commonKeys } from '../src/lang/schema/schema.ts';
import { schemaTypes } from '../src/lang/schema/types.ts';

const code = (text) => `\`${text.replaceAll('|', '\\|')}\``;
const link = (head) => (head === 'file' ? 'a file' : `[\`${head}\`](#${head})`);
const links = (heads) => heads.map(link).join(', ');
const sentence = (text) => text.replaceAll('|', '\\|');

function table(heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return `${line(heads)}|${'---|'.repeat(heads.length)}\n${rows.map(line).join('')}`;
}

/** `config name { … }`, as the labels of a block say. */
function headOf({ head, labels }) {
  const words = { name: 'name', kind: 'Kind', text: '"text"', duration: '5m' };
  const written = labels.map(({ is, optional }) => {
    const word = words[is] ?? is.replace(/^ref /, '').toLowerCase();
    return optional ? `[${word}]` : word;
  });
  return [head, ...written, '{ … }'].join(' ');
}

function without({ required, fallback, later }) {
  if (later !== undefined) return 'not available yet';
  if (required) return '**required**';
  return fallback === undefined ? '' : code(fallback);
}

function bounds({ range, single }) {
  const { min, max } = range ?? {};
  const between =
    max === undefined || max >= 2_147_483_647 ? `at least ${min}` : `${min} to ${max}`;
  const said = range === undefined ? [] : [between];
  return [...said, ...(single ? ['one will do'] : [])].map((each) => `; ${each}`).join('');
}

function block(schema) {
  const { head, doc, keys, blocks, body, generates } = schema;
  const own = Object.entries(keys).filter(([key]) => !Object.hasOwn(commonKeys, key));
  const isEmitting = Object.keys(commonKeys).every((key) => Object.hasOwn(keys, key));
  const lines = [`### ${head}\n`, `${code(headOf(schema))}: ${sentence(doc)}\n`];
  const places = [`In: ${links(schema.in)}.`];
  if (blocks.length > 0) places.push(`Holds: ${links(blocks)}.`);
  if (generates) places.push('`for` and `if` may stand among them.');
  if (schema.expects) places.push('Holds `expect` items.');
  lines.push(`${places.join(' ')}\n`);
  if (body === 'manifest') {
    lines.push(
      'Its body is the Kubernetes object, without `apiVersion`, `kind` and `metadata.name`.\n',
    );
  }
  if (body === 'open') lines.push('Its keys are names of yours.\n');
  if (isEmitting) lines.push('Takes `labels`, `annotations` and `raw` too.\n');
  if (own.length > 0) {
    const rows = own.map(([key, each]) => [
      code(key),
      code(each.type) + bounds(each),
      without(each),
      each.lowersTo === undefined ? '' : code(each.lowersTo),
      sentence(each.doc),
    ]);
    lines.push(table(['key', 'type', 'without it', 'becomes', ''], rows));
  }
  return lines.join('\n');
}

/** The page as `docs/language/reference.md` holds it. */
export function referencePage() {
  const heads = Object.values(schemas);
  const common = Object.entries(commonKeys).map(([key, each]) => [
    code(key),
    code(each.type),
    each.lowersTo === undefined ? '' : code(each.lowersTo),
    sentence(each.doc),
  ]);
  const members = Object.entries(clusterMembers).map(([name, { type, doc }]) => [
    code(`cluster.${name}`),
    code(type),
    sentence(doc),
  ]);
  const sources = Object.entries(fleetSources).map(([name, doc]) => [code(name), sentence(doc)]);
  const notes = Object.entries(noteSchemas).map(([name, { doc, on, type }]) => [
    code(`@${name}`),
    on.map((each) => (each in schemas ? link(each) : each)).join(', '),
    type === undefined ? '' : code(type),
    sentence(doc),
  ]);
  const types = Object.entries(schemaTypes).map(([name, type]) => [code(name), code(type)]);
  return [
    '# Reference\n',
    'Every block, key and note. This page is generated from the schema the compiler works with; `npm run generate` writes it.\n',
    '## Blocks\n',
    `${heads.map(({ head }) => link(head)).join(' · ')}\n`,
    ...heads.map(block),
    '## Keys of every block that emits an object\n',
    table(['key', 'type', 'becomes', ''], common),
    '## Sources of a fleet\n',
    table(['source', ''], sources),
    '## Members of `cluster`\n',
    table(['member', 'type', ''], members),
    '## Notes\n',
    table(['note', 'on', 'value', ''], notes),
    '## Types of keys\n',
    table(['name', 'type'], types),
  ].join('\n');
}
