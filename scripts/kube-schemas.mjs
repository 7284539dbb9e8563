// Writes src/kube/schema/built-in-fields.ts: what the fields of Kubernetes' own kinds are, read from the OpenAPI
// document that the Go module k8s.io/kubernetes carries, in the version scripts/real-parts/go.mod pins. Needs Go, and
// the module in its cache. `--check` writes nothing and fails where the file differs.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { kindTable } from '../src/kube/kinds.ts';

const target = new URL('../src/kube/schema/built-in-fields.ts', import.meta.url);

const known = { Quantity: 'q', IntOrString: 'o', Time: 't', MicroTime: 't' };
const words = {
  'string/': 's',
  'string/byte': 'y',
  'string/date-time': 't',
  'integer/int32': 'i',
  'integer/int64': 'l',
  'number/double': 'f',
  'boolean/': 'b',
  'object/': 'j',
};

/** Words are left out where there are more: nobody chooses from a list of signals. */
const mostWords = 12;

process.exitCode = main(process.argv.includes('--check'));

function main(check) {
  const source = fromModule();
  if (source === null) {
    console.error('kube-schemas: needs Go and the module k8s.io/kubernetes in its cache');
    return 3;
  }
  const { definitions } = JSON.parse(source.text);
  const text = fileOf(source.version, linesOf(definitions, wordsOf(source.generated)));
  if (!check) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(
      'out of date: src/kube/schema/built-in-fields.ts; run `node scripts/kube-schemas.mjs`',
    );
    return 1;
  }
  return 0;
}

function fromModule() {
  const cwd = fileURLToPath(new URL('./real-parts/', import.meta.url));
  const format = '{{.Version}} {{.Dir}}';
  const go = spawnSync('go', ['list', '-m', '-f', format, 'k8s.io/kubernetes'], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod', GOPROXY: 'off' },
  });
  const [version = '', folder = ''] = (go.stdout ?? '').trim().split(' ');
  if (go.status !== 0 || folder === '') return null;
  const read = (path) => readFileSync(join(folder, path), 'utf8');
  return {
    version,
    text: read('api/openapi-spec/swagger.json'),
    generated: read('pkg/generated/openapi/zz_generated.openapi.go'),
  };
}

/**
 * The words Kubernetes lists for fields, by `type field`. The document does not have them, the Go code it is made of
 * has. API servers judge by code of their own, so they are for offering, not for refusing.
 */
function wordsOf(generated) {
  const found = new Map();
  let type = '';
  let field = '';
  for (const line of generated.split('\n')) {
    const [, name] = /^func schema_(\w+)\(/.exec(line) ?? [];
    if (name !== undefined) type = name.split('_').slice(-3).join('.');
    const [, property] = /^\t{5}"(.+)": \{$/.exec(line) ?? [];
    if (property !== undefined) field = property;
    const [, list] = /Enum: +\[\]interface\{\}\{(.*)\}/.exec(line) ?? [];
    if (list === undefined) continue;
    const words = JSON.parse(`[${list}]`).filter((word) => word !== '');
    const isPlain = words.every((word) => /^[A-Za-z0-9*]+$/.test(word));
    if (isPlain && words.length <= mostWords) found.set(`${type} ${field}`, words);
  }
  return found;
}

/** A line a type: `name field:what field:what!`, and one a kind: `group/version/Kind=type`. */
function linesOf(definitions, chosen) {
  const kinds = new Map();
  for (const [name, { 'x-kubernetes-group-version-kind': named = [] }] of Object.entries(
    definitions,
  )) {
    for (const { group, version, kind } of named) kinds.set(`${group}/${version}/${kind}`, name);
  }
  const lines = new Map();
  const open = [];
  const describe = (name) => {
    if (lines.has(name)) return;
    lines.set(name, '');
    open.push(name);
    const { properties = {}, required = [] } = definitions[name];
    const fields = Object.entries(properties).map(([field, of]) => {
      const words = chosen.get(`${shortName(name)} ${field}`);
      const said = words === undefined ? what(of) : what(of).replace('s', `s(${words.join('|')})`);
      return `${field}:${said}${required.includes(field) ? '!' : ''}`;
    });
    open.pop();
    lines.set(name, [shortName(name), ...fields.sort()].join(' '));
  };
  const what = (schema) => {
    const { $ref: ref, type, format, items, additionalProperties: values } = schema;
    if (ref !== undefined) return whatOf(ref.slice('#/definitions/'.length));
    if (type === 'array') return `[${what(items)}]`;
    if (type === 'object' && values !== undefined) return `{${what(values)}}`;
    const word = words[`${type}/${format ?? ''}`];
    if (word === undefined) throw new Error(`no word for ${JSON.stringify(schema)}`);
    return word;
  };
  const whatOf = (name) => {
    const word = known[name.slice(name.lastIndexOf('.') + 1)];
    const { properties } = definitions[name];
    if (properties === undefined) return word ?? 'j';
    // a type within itself: what is below is anything
    if (open.includes(name)) return 'j';
    describe(name);
    return shortName(name);
  };
  const roots = [];
  for (const { group, version, kind } of kindTable) {
    const name = kinds.get(`${group}/${version}/${kind}`);
    if (name === undefined) continue;
    describe(name);
    roots.push(`${group}/${version}/${kind}=${shortName(name)}`);
  }
  return [...roots, ...lines.values()].sort();
}

function shortName(name) {
  return name.split('.').slice(-3).join('.');
}

function fileOf(version, lines) {
  return `// Written by scripts/kube-schemas.mjs from the OpenAPI document of k8s.io/kubernetes ${version}. Not to be edited.

/**
 * Fields of Kubernetes' own kinds. A line a kind, \`group/version/Kind=type\`, and one a type, \`type field:what …\`.
 * What: s text, y bytes, t time, i and l integers of 32 and 64 bits, f number, b boolean, q quantity, o integer or text,
 * j anything, [what] a list, {what} a map, or a type; s(a|b) a text, for which Kubernetes lists words; ! stands after what is
 * required.
 */
export const builtInFields = \`
${lines.join('\n')}
\`;
`;
}
