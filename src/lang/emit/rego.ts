import { isJsonObject } from '../../base/json.ts';
import type { IrRegoTemplate, IrWasm } from '../../ir/program.ts';
import { folderOf, resolvePath } from '../bind/path.ts';
import type { Checked } from '../check/checked.ts';
import { knownValue, textOf } from '../check/known.ts';
import { reportOn, valueSpan } from '../check/rules/rule.ts';
import type { Session } from '../check/session.ts';
import { problem } from '../diagnostics.ts';
import { toJson } from '../fold/value.ts';
import type { RegoFault } from '../workspace.ts';
import { commonOf, eachOf } from './check.ts';
import { unsteadyCalls } from './rego-tokens.ts';

/** A rule in Rego, compiled where the workspace can; null where something was reported. */
export function emitRego(
  block: Checked<'rego'>,
  policy: Checked<'policy'>,
  session: Session,
): IrRegoTemplate | null {
  const { allow, deny, data } = block.values;
  const each = eachOf(block);
  const source = sourceOf(block, session);
  const entries = [textOf(allow), textOf(deny)].filter((entry) => entry !== undefined);
  if (entries.length === 0 && block.shaped.keys.allow === null && block.shaped.keys.deny === null) {
    const help = ['`allow: "data.package.rule"` for a rule that is true of what may be'];
    const params = { block: `\`rego ${block.name}\``, key: 'allow` or `deny' };
    reportOn(block, problem('OCM2029', block.shaped.head.span, params, { help }), session);
    return null;
  }
  if (each === null || source === null || entries.length === 0) return null;
  if (!checkCalls(block, source, session)) return null;
  const json = data === null ? {} : toJson(knownValue(data) ?? new Map());
  return {
    template: 'rego',
    ...commonOf(block, policy, each),
    ...(textOf(allow) === undefined ? {} : { allow: textOf(allow) ?? '' }),
    ...(textOf(deny) === undefined ? {} : { deny: textOf(deny) ?? '' }),
    source: source.text,
    data: isJsonObject(json) ? json : {},
    wasm: built(block, source, entries, session),
  };
}

interface Source {
  readonly text: string;
  /** Of the file; null for a fence. */
  readonly path: string | null;
}

function sourceOf(block: Checked<'rego'>, session: Session): Source | null {
  const written = textOf(block.values.source);
  if (written === undefined) return null;
  if (block.values.source?.type.is === 'rego') return { text: written, path: null };
  const path = resolvePath(folderOf(block.file.uri), written);
  const at = valueSpan(block, 'source');
  if (path === null) {
    reportOn(block, problem('OCM2015', at, { path: written }), session);
    return null;
  }
  const text = session.workspace.read(path);
  if (text !== null) return { text, path };
  const why = 'there is no such file, or it cannot be read';
  reportOn(block, problem('OCM2035', at, { path, problem: why }), session);
  return null;
}

/** OCM2306: what Rego may not ask, as the answer would differ from time to time or place to place. */
function checkCalls(block: Checked<'rego'>, source: Source, session: Session): boolean {
  const calls = unsteadyCalls(source.text);
  for (const { name, line, column } of calls) {
    const help = ['give it what it needs in `data`'];
    const place = placeOf(block, source, { line, column, length: name.length });
    const params = { builtin: name };
    const more = { help, secondary: place.secondary };
    reportOn(block, problem('OCM2306', place.span, params, more), session);
  }
  return calls.length === 0;
}

function built(
  block: Checked<'rego'>,
  source: Source,
  entrypoints: readonly string[],
  session: Session,
): IrWasm | null {
  const result = session.workspace.buildRego?.({ source: source.text, entrypoints });
  if (result === undefined) return null;
  if (result.built === 'yes') return result.wasm;
  if (result.built === 'no-compiler') {
    const params = { problem: result.problem };
    const at = block.shaped.head.span;
    reportOn(block, problem('OCM2308', at, params, { help: [result.remedy] }), session);
    return null;
  }
  for (const fault of result.faults) reportFault(block, source, fault, session);
  return null;
}

function reportFault(
  block: Checked<'rego'>,
  source: Source,
  fault: RegoFault,
  session: Session,
): void {
  const place = placeOf(block, source, { ...fault, length: 1 });
  const params = { message: fault.message };
  reportOn(block, problem('OCM2307', place.span, params, { secondary: place.secondary }), session);
}

interface At {
  /** From 1; 0 where it is not known. */
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Where something in Rego stands: in the fence, or in its file, to which the value of `source` leads. */
function placeOf(block: Checked<'rego'>, { text, path }: Source, at: At) {
  const value = valueSpan(block, 'source');
  const line = text.split('\n')[at.line - 1];
  if (line === undefined) return { span: value, secondary: [] };
  const column = Math.min(Math.max(at.column - 1, 0), line.length);
  if (path !== null) {
    const before = text
      .split('\n')
      .slice(0, at.line - 1)
      .join('\n').length;
    const start = before + (at.line > 1 ? 1 : 0) + column;
    const span = { start, end: start + at.length };
    return { span: value, secondary: [{ file: path, span, text: 'here' }] };
  }
  // the fence stands indented; the text had that taken away
  const raw = block.shaped.place.chunk.text.slice(value.start, value.end).split('\n');
  const shown = raw[at.line] ?? '';
  const indent = line === '' ? shown.length : Math.max(0, shown.length - line.length);
  const lineStart = raw.slice(0, at.line).reduce((sum, each) => sum + each.length + 1, 0);
  const start = value.start + lineStart + indent + column;
  return { span: { start, end: Math.min(start + at.length, value.end) }, secondary: [] };
}
