// The dependency law (ARCHITECTURE.md): a folder may import itself and the folders listed for it, and nothing else.
// test/meta/dependency-law.test.ts plants a violation of each rule and expects it to be caught.

/** Layers: what each folder of src may see. */
const layers = {
  base: [],
  kube: ['base'],
  ir: ['base', 'kube'],
  lang: ['base', 'kube', 'ir'],
  engine: ['base', 'kube', 'ir'],
  runtime: ['base', 'kube', 'ir', 'engine'],
  lsp: ['base', 'kube', 'ir', 'lang', 'engine'],
  cli: ['base', 'kube', 'ir', 'lang', 'engine', 'runtime', 'lsp'],
};

/** Stages of the language: each looks at earlier ones only. */
const stages = {
  syntax: [],
  schema: [],
  fold: ['syntax'],
  shape: ['syntax', 'schema', 'fold'],
  bind: ['syntax', 'schema', 'fold', 'shape'],
  check: ['syntax', 'schema', 'fold', 'shape', 'bind'],
  emit: ['syntax', 'schema', 'fold', 'shape', 'bind', 'check'],
  format: ['syntax'],
  import: ['syntax', 'schema', 'fold', 'bind', 'format', 'raise'],
  raise: ['syntax', 'schema'],
  render: [],
  incremental: ['syntax', 'schema', 'fold', 'shape', 'bind', 'check', 'emit'],
};

const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const layer = ([folder, sees]) =>
  error(
    `layer-${folder}`,
    `src/${folder} may import only: ${[folder, ...sees].join(', ')}`,
    { path: `^src/${folder}/` },
    { path: '^src/', pathNot: `^src/(${[folder, ...sees].join('|')})/` },
  );

const stage = ([folder, sees]) =>
  error(
    `stage-${folder}`,
    `src/lang/${folder} may look only at: ${sees.join(', ') || 'nothing'}`,
    { path: `^src/lang/${folder}/` },
    { path: '^src/lang/[^/]+/', pathNot: `^src/lang/(${[folder, ...sees].join('|')})/` },
  );

/** Siblings that must not know each other: they talk through their parent or through API objects. */
const apart = (folder, names) =>
  error(
    `apart-${folder.replaceAll('/', '-')}`,
    `the folders of src/${folder} do not import each other`,
    { path: `^src/${folder}/(${names.join('|')})/` },
    { path: `^src/${folder}/(${names.join('|')})/`, pathNot: `^src/${folder}/$1/` },
  );

/** The same for every folder there is, also one that is added later. */
const families = (folder) =>
  error(
    `apart-${folder.replaceAll('/', '-')}`,
    `the folders of src/${folder} do not import each other`,
    { path: `^src/${folder}/([^/]+)/` },
    { path: `^src/${folder}/[^/]+/`, pathNot: `^src/${folder}/$1/` },
  );

/** Packages that have a place, and the types of Node itself. */
const listed = ['@types/node'];

/** One npm package, one place. Matches the resolved path and the bare name. */
const only = (name, npm, where) => {
  listed.push(npm);
  return error(
    `only-${name}`,
    `${npm} is used only by ${where}`,
    { path: '^(src|console|editors)/', pathNot: where },
    { path: `(^|/)node_modules/(${npm})/|^(${npm})(/|$)` },
  );
};

module.exports = {
  forbidden: [
    error(
      'no-circular',
      'no cycles',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'] },
      },
    ),
    error(
      'no-orphans',
      'every module is reached by another',
      { orphan: true, pathNot: '(index|main)\\.ts$|^src/base/|-worker\\.ts$' },
      {},
    ),
    error('no-unresolvable', 'every import resolves', {}, { couldNotResolve: true }),
    ...Object.entries(layers).map(layer),
    ...Object.entries(stages).map(stage),
    apart('engine', ['placement', 'policy', 'rollout']),
    error(
      'engine-core',
      'decisions never depend on analyses or simulations of them',
      {
        path: '^src/engine/(inventory|placement|policy|rollout|predicate|template|cel|pattern)/',
      },
      { path: '^src/engine/(analyse|simulate)/' },
    ),
    apart('runtime', ['hub', 'agent', 'apiserver', 'clusterservices']),
    error(
      'store-behind-apiserver',
      'everybody but the API server reaches the store over HTTP',
      { path: '^src/runtime/', pathNot: '^src/runtime/(store|apiserver)/' },
      { path: '^src/runtime/store/' },
    ),
    families('runtime/hub'),
    families('runtime/clusterservices'),
    families('runtime/agent'),
    error(
      'browser-is-pure',
      'console and editors use the pure layers, and the hub only over HTTP',
      { path: '^(console|editors)/' },
      { path: '^src/(runtime|lsp|cli)/' },
    ),
    error(
      'pure-has-no-io',
      'base, kube, ir, lang and engine run in a browser and never do I/O',
      { path: '^src/(base|kube|ir|lang|engine)/' },
      { dependencyTypes: ['core'] },
    ),
    only('chevrotain', 'chevrotain', '^src/lang/syntax/'),
    only('yaml', 'js-yaml', '^(src/kube|console)/'),
    only('ajv', 'ajv', '^src/ir/'),
    only('lsp', 'vscode-languageserver.*', '^src/lsp/'),
    only('kube-client', '@kubernetes/client-node', '^src/runtime/client/'),
    only('sqlite', '(node:)?sqlite', '^src/runtime/store/'),
    only('rego', '@open-policy-agent/opa-wasm', '^src/runtime/rego/'),
    only('re2', 're2js', '^src/(engine/pattern|lang/fold)/'),
    only('hashes', '@noble/hashes', '^src/(base|engine/(template|predicate)|lang/fold)/'),
    only('ciphers', '@noble/ciphers', '^src/engine/template/'),
    only('x509', '@peculiar/x509|reflect-metadata', '^src/runtime/certificates/'),
    only('commander', 'commander', '^src/cli/'),
    only('metrics', 'prom-client', '^src/cli/'),
    error(
      'no-unlisted-package',
      'a package that has no line above is for tools and tests: the product does not import it',
      { path: '^src/' },
      { path: '(^|/)node_modules/', pathNot: `(^|/)node_modules/(${listed.join('|')})/` },
    ),
    error(
      'lsp-by-its-entry',
      'the command knows one file of src/lsp: its entry',
      { path: '^src/cli/' },
      { path: '^src/lsp/', pathNot: '^src/lsp/serve\\.ts$' },
    ),
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
