/** What a template says as an expression of the language. */
export interface Raised {
  /** An expression; of type int where the template ends in `toInt`, else a string. */
  readonly text: string;
  readonly type: 'int' | 'string';
  /** How often it reads a ConfigMap. */
  readonly reads: number;
}

/**
 * A Go template as an expression that means the same (language.md §6): the name of the cluster, keys of ConfigMaps, `printf`
 * and texts around them. Null for everything else, which stays a template.
 */
export function raiseTemplate(text: string): Raised | null {
  const pieces = piecesOf(text);
  if (pieces === null || !pieces.some((piece) => 'action' in piece)) return null;
  const stages = new Set(pieces.flatMap((piece) => ('action' in piece ? [piece.stage] : [])));
  if (stages.size > 1) return null;
  const values: Value[] = [];
  for (const piece of pieces) {
    const value = 'action' in piece ? read(piece.action, piece.stage) : constant(piece.text);
    if (value === null) return null;
    values.push(value);
  }
  const [only] = values;
  if (values.length === 1 && only !== undefined) return only;
  // In a text a number would be written as Go writes it, so a conversion stays a template.
  return values.every(({ type }) => type === 'string') ? joined(values) : null;
}

type Stage = 'hub' | 'agent';
type Piece = { readonly text: string } | { readonly action: string; readonly stage: Stage };

/** A value of a template; `parts` of a text: constants, and expressions between `${` and `}`. */
interface Value extends Raised {
  readonly parts: readonly ({ readonly constant: string } | { readonly expr: string })[];
}

function piecesOf(text: string): readonly Piece[] | null {
  if (/[\n\r]/.test(text)) return null;
  const pieces: Piece[] = [];
  for (let at = 0; at < text.length; ) {
    const next = text.indexOf('{{', at);
    if (next === at) {
      const found = actionAt(text, at);
      if (found === null) return null;
      pieces.push(found.piece);
      at = found.end;
    } else {
      const end = next < 0 ? text.length : next;
      pieces.push({ text: text.slice(at, end) });
      at = end;
    }
  }
  return pieces;
}

const action = /\{\{(hub)?(-?)\s([^{}]*?)\s(-?)(hub)?\}\}/y;

/** The action that begins at an offset; null where none does, or one that takes blanks around it away. */
function actionAt(
  text: string,
  at: number,
): { readonly piece: Piece; readonly end: number } | null {
  action.lastIndex = at;
  const found = action.exec(text);
  if (found === null || found[1] !== found[5]) return null;
  const [whole, hub, left, content = '', right] = found;
  const end = at + whole.length;
  // A `-` is harmless where nothing stands on its side.
  if ((left === '-' && at > 0) || (right === '-' && end < text.length)) return null;
  return { piece: { action: content, stage: hub === undefined ? 'agent' : 'hub' }, end };
}

const token =
  /\s*(?:("(?:[^"\\])*")|(`[^`]*`)|(\.[A-Za-z][A-Za-z0-9]*)|([A-Za-z][A-Za-z0-9]*)|([()|]))/y;

function tokensOf(action: string): readonly string[] | null {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < action.length) {
    const at = token.lastIndex;
    const found = token.exec(action);
    if (found === null) return action.slice(at).trim() === '' ? tokens : null;
    tokens.push(found[0].trim());
  }
  return tokens;
}

interface Reading {
  readonly tokens: readonly string[];
  readonly stage: Stage;
  at: number;
}

function read(action: string, stage: Stage): Value | null {
  const tokens = tokensOf(action);
  if (tokens === null) return null;
  const reading: Reading = { tokens, stage, at: 0 };
  const value = readPipeline(reading);
  return reading.at === tokens.length ? value : null;
}

/** `a b c | d`: what a command gives is the last argument of the next one. */
function readPipeline(reading: Reading): Value | null {
  let value = readCommand(reading, null);
  while (value !== null && reading.tokens[reading.at] === '|') {
    reading.at += 1;
    value = readCommand(reading, value);
  }
  return value;
}

function readCommand(reading: Reading, piped: Value | null): Value | null {
  const word = reading.tokens[reading.at] ?? '';
  if (!/^[A-Za-z]/.test(word)) return piped === null ? readOperand(reading) : null;
  reading.at += 1;
  const args: Value[] = [];
  while (reading.at < reading.tokens.length && !/^[)|]$/.test(reading.tokens[reading.at] ?? '')) {
    const arg = readOperand(reading);
    if (arg === null) return null;
    args.push(arg);
  }
  if (piped !== null) args.push(piped);
  return call(word, args, reading.stage);
}

function readOperand(reading: Reading): Value | null {
  const word = reading.tokens[reading.at] ?? '';
  reading.at += 1;
  if (/^["`]/.test(word)) return constant(word.slice(1, -1));
  if (word === '.ManagedClusterName') {
    return reading.stage === 'hub' ? expression('cluster.name', 0) : null;
  }
  if (word !== '(') return null;
  const value = readPipeline(reading);
  if (reading.tokens[reading.at] !== ')') return null;
  reading.at += 1;
  return value;
}

function call(name: string, args: readonly Value[], stage: Stage): Value | null {
  switch (name) {
    case 'fromConfigMap':
      return fromConfigMap(args, stage);
    case 'printf':
      return printf(args);
    case 'toInt': {
      const [of, ...more] = args;
      if (of === undefined || more.length > 0 || of.type !== 'string') return null;
      return { ...expression(`int(${of.text}) ?? 0`, of.reads), type: 'int' };
    }
    default:
      return null;
  }
}

// A key that is missing is an empty text, a ConfigMap that is missing an error: what `.data[k] ?? ""` means.
function fromConfigMap(args: readonly Value[], stage: Stage): Value | null {
  const [namespace, name, key, ...more] = args;
  if (namespace === undefined || name === undefined || key === undefined || more.length > 0) {
    return null;
  }
  const of = constantOf(namespace);
  if (of === null || constantOf(name) === null || key.type !== 'string') return null;
  if (of === '' && stage === 'agent') return null;
  const from = of === '' ? '' : `, namespace: ${quoted(of)}`;
  const map = `${stage}.configmap(${name.text}${from})`;
  return expression(`${map}.data[${key.text}] ?? ""`, key.reads + 1);
}

function printf(args: readonly Value[]): Value | null {
  const [format, ...rest] = args;
  const text = format === undefined ? null : constantOf(format);
  if (text === null) return null;
  const pieces = text.split('%s');
  if (pieces.length - 1 !== rest.length || pieces.some((piece) => piece.includes('%'))) return null;
  if (!rest.every(({ type }) => type === 'string')) return null;
  return joined(pieces.flatMap((piece, at) => [constant(piece), ...rest.slice(at, at + 1)]));
}

function constant(text: string): Value {
  return { text: quoted(text), type: 'string', reads: 0, parts: [{ constant: text }] };
}

function expression(text: string, reads: number): Value {
  return { text, type: 'string', reads, parts: [{ expr: text }] };
}

function constantOf({ parts }: Value): string | null {
  return parts.every((part) => 'constant' in part)
    ? parts.map((part) => ('constant' in part ? part.constant : '')).join('')
    : null;
}

function joined(values: readonly Value[]): Value {
  const parts = values
    .flatMap((value) => value.parts)
    .filter((part) => !('constant' in part) || part.constant !== '');
  const [only] = parts;
  const reads = values.reduce((sum, value) => sum + value.reads, 0);
  if (parts.length === 1 && only !== undefined && 'expr' in only)
    return expression(only.expr, reads);
  const text = parts
    .map((part) => ('constant' in part ? quoted(part.constant).slice(1, -1) : `\${${part.expr}}`))
    .join('');
  return { text: `"${text}"`, type: 'string', reads, parts };
}

/** A STRING; nothing in it is interpolated. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll('${', '\\${');
}
