import { type Diagnostic, messageOf, type Secondary, severityOf } from '../diagnostics.ts';
import { escapeText } from './escape.ts';
import { type Lines, linesOf } from './lines.ts';

/** What a piece of output is, for those who colour it. */
export type Role = 'error' | 'warning' | 'lint' | 'place' | 'gutter' | 'caret' | 'help' | 'plain';

/** Where the texts come from, and how pieces are painted. */
export interface RenderOptions {
  /** The text of a file; null where it is not at hand: then only the place is said. */
  readonly textOf: (file: string) => string | null;
  /** Nothing is painted where it is not given. */
  readonly paint?: (role: Role, text: string) => string;
}

/** Columns of a line that are shown: longer ones are cut around the place. */
const width = 110;
/** So many columns stand before the place where a line is cut. */
const before = 30;

/**
 * Shows diagnostics as people read them: message, place, the line with carets below, other places, advice. What
 * a terminal would act upon is escaped. Ends with a newline where there is anything to show.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  options: RenderOptions,
): string {
  const known = new Map<string, Lines | null>();
  const linesIn = (file: string): Lines | null => {
    const found = known.get(file);
    if (found !== undefined) return found;
    const text = options.textOf(file);
    const lines = text === null ? null : linesOf(text);
    known.set(file, lines);
    return lines;
  };
  const paint = options.paint ?? ((_, text) => text);
  return diagnostics.map((each) => renderOne(each, linesIn, paint)).join('\n');
}

type Paint = NonNullable<RenderOptions['paint']>;
type LinesIn = (file: string) => Lines | null;

function renderOne(diagnostic: Diagnostic, linesIn: LinesIn, paint: Paint): string {
  const severity = severityOf(diagnostic);
  const head = `${paint(severity, `${severity}[${diagnostic.code}]`)}: ${escapeText(messageOf(diagnostic))}`;
  const lines = linesIn(diagnostic.file);
  const rows = [head];
  const number = lines === null ? '' : String(lines.positionOf(diagnostic.span.start).line);
  const indent = ' '.repeat(number.length);
  const place = placeText(diagnostic.file, diagnostic.span.start, lines);
  rows.push(`${indent}${paint('gutter', '┌─')} ${paint('place', place)}`);
  if (lines !== null) rows.push(...excerpt(diagnostic, lines, number, paint));
  for (const each of diagnostic.secondary ?? []) {
    rows.push(`${indent}${paint('gutter', '│')}  ${secondaryText(each, linesIn)}`);
  }
  for (const help of diagnostic.help ?? [])
    rows.push(`${paint('help', 'help')}: ${escapeText(help)}`);
  return `${rows.join('\n')}\n`;
}

function placeText(file: string, offset: number, lines: Lines | null): string {
  const name = escapeText(file);
  if (lines === null) return name;
  const { line, column } = lines.positionOf(offset);
  return `${name}:${line}:${column}`;
}

function secondaryText({ file, span, text }: Secondary, linesIn: LinesIn): string {
  return `${placeText(file, span.start, linesIn(file))} ${escapeText(text)}`;
}

/** The line a diagnostic starts on, and carets below what it is about. */
function excerpt(
  { span }: Diagnostic,
  lines: Lines,
  number: string,
  paint: Paint,
): readonly string[] {
  const { line, column } = lines.positionOf(span.start);
  const text = lines.textOf(line);
  const from = column - 1;
  const to = Math.min(text.length, from + Math.max(span.end - span.start, 0));
  const cut = from > width - before ? from - before : 0;
  const lead = cut > 0 ? '…' : '';
  const shown = escapeText(text.slice(cut, cut + width));
  const blank = ' '.repeat(lead.length + escapeText(text.slice(cut, from)).length);
  const marked = escapeText(text.slice(from, Math.min(to, cut + width))).length;
  const tail = cut + width < text.length ? '…' : '';
  const gutter = ' '.repeat(number.length);
  return [
    `${number}${paint('gutter', '│')} ${lead}${shown}${tail}`,
    `${gutter}${paint('gutter', '│')} ${blank}${paint('caret', '^'.repeat(Math.max(1, marked)))}`,
  ];
}
