import ts from 'typescript';

/** One place in the sources that breaks a rule no import and no linter can see. */
export interface Breach {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** Reads the sources below a folder and lists what stands in the way of a deterministic, bounded pure layer. */
export function scan(root: string): readonly Breach[] {
  const paths = ts.sys.readDirectory(`${root}src`, ['.ts']);
  const sources = paths.map((path) =>
    ts.createSourceFile(path, ts.sys.readFile(path) ?? '', ts.ScriptTarget.ESNext, true),
  );
  const places = sources.flatMap((source) => nodesOf(source).map((node) => ({ source, node })));
  const doubtful = places.filter(({ node }) => mayMakePattern(node));
  // types cost seconds, so they are asked for where only they can tell
  const patterns = confirm(doubtful, root);
  const others = places.flatMap(({ source, node }) => {
    const what = breach(node, source.fileName.slice(root.length));
    return what === null ? [] : [{ source, node, what }];
  });
  return [...others, ...patterns]
    .map(({ source, node, what }) => ({
      file: source.fileName.slice(root.length),
      line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1,
      what,
    }))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line));
}

function nodesOf(node: ts.Node): readonly ts.Node[] {
  const nodes: ts.Node[] = [];
  const visit = (at: ts.Node): void => {
    nodes.push(at);
    at.forEachChild(visit);
  };
  visit(node);
  return nodes;
}

function breach(node: ts.Node, file: string): string | null {
  const pure = /^src\/(base|kube|ir|lang|engine)\//.test(file);
  if (pure && ts.isPropertyAccessExpression(node)) {
    const { text } = node.name;
    if (text === 'random' && isNamed(node.expression, 'Math')) return 'Math.random';
    if (text === 'localeCompare' || text.startsWith('toLocale')) return `locale: ${text}`;
  }
  if (pure && ts.isIdentifier(node) && isValue(node)) {
    if (node.text === 'globalThis' || node.text === 'Intl') return node.text;
  }
  if (file.startsWith('src/engine/') && node.kind === ts.SyntaxKind.AsyncKeyword) return 'async';
  const called = ts.isCallExpression(node) || ts.isNewExpression(node) ? node.expression : null;
  return called && (isNamed(called, 'eval') || isNamed(called, 'Function')) ? 'eval' : null;
}

/** `match`, `matchAll` and `search` of a text turn another text into a RegExp that no linter sees. */
function mayMakePattern(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return false;
  const [argument] = node.arguments;
  if (argument === undefined || ts.isRegularExpressionLiteral(argument)) return false;
  return ['match', 'matchAll', 'search'].includes(node.expression.name.text);
}

interface Place {
  readonly source: ts.SourceFile;
  readonly node: ts.Node;
}

/** Of calls that may make a pattern those that do: on a text, with something else than a RegExp. */
function confirm(
  places: readonly Place[],
  root: string,
): readonly (Place & { readonly what: string })[] {
  const config = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const files = [...new Set(places.map(({ source }) => source.fileName))];
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  return files.flatMap((file) => {
    const source = program.getSourceFile(file);
    const calls = source === undefined ? [] : nodesOf(source).filter(mayMakePattern);
    return calls.flatMap((node) => {
      const [argument] = node.arguments;
      if (source === undefined || argument === undefined) return [];
      if (!ts.isPropertyAccessExpression(node.expression)) return [];
      const receiver = checker.getTypeAtLocation(node.expression.expression);
      const isText = (receiver.flags & ts.TypeFlags.StringLike) !== 0;
      const isPattern = checker.getTypeAtLocation(argument).getSymbol()?.name === 'RegExp';
      const what = `text as pattern: ${node.expression.name.text}`;
      return isText && !isPattern ? [{ source, node, what }] : [];
    });
  });
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** Whether an identifier is read, as opposed to being the name of a member, key or declaration. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  return !(ts.isPropertySignature(parent) || ts.isParameter(parent));
}
