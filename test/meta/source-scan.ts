import ts from 'typescript';

/** One place in the sources that breaks a rule no import and no linter can see. */
export interface Breach {
  readonly file: string;
  readonly line: number;
  readonly what: string;
}

/** Reads the sources of a program and lists what stands in the way of a deterministic, bounded pure layer. */
export function scan(program: ts.Program, root: string): readonly Breach[] {
  const checker = program.getTypeChecker();
  const breaches: Breach[] = [];
  for (const source of program.getSourceFiles()) {
    const file = source.fileName.slice(root.length);
    if (!source.fileName.startsWith(root) || !file.startsWith('src/')) continue;
    const visit = (node: ts.Node): void => {
      const what = breach(node, file, checker);
      if (what !== null) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
        breaches.push({ file, line: line + 1, what });
      }
      node.forEachChild(visit);
    };
    visit(source);
  }
  return breaches;
}

function breach(node: ts.Node, file: string, checker: ts.TypeChecker): string | null {
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
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    if (isNamed(node.expression, 'eval') || isNamed(node.expression, 'Function')) return 'eval';
    return pattern(node, checker);
  }
  return null;
}

/** `match`, `matchAll` and `search` turn a text into a RegExp that no linter sees. */
function pattern(node: ts.CallExpression | ts.NewExpression, checker: ts.TypeChecker) {
  if (!ts.isPropertyAccessExpression(node.expression)) return null;
  const method = node.expression.name.text;
  const [argument] = node.arguments ?? [];
  if (!['match', 'matchAll', 'search'].includes(method) || argument === undefined) return null;
  const receiver = checker.getTypeAtLocation(node.expression.expression);
  if (!(receiver.flags & ts.TypeFlags.StringLike)) return null;
  const type = checker.getTypeAtLocation(argument);
  return type.getSymbol()?.name === 'RegExp' ? null : `text as pattern: ${method}`;
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
