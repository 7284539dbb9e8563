import { compareText } from '../base/json.ts';
import type { Allowance } from './check/note.ts';
import {
  type Diagnostic,
  type DiagnosticCode,
  messageOf,
  type Problem,
  problem,
  severityOf,
} from './diagnostics.ts';
import { inFile, type Place, type Reporter } from './place.ts';
import type { NoteNode } from './syntax/ast.ts';

interface Collected {
  readonly diagnostic: Diagnostic;
  readonly place: Place;
  /** For which turns of a file-level `for` it holds. */
  readonly iterations: Set<string>;
}

/** Collects problems as diagnostics of files; the same one at the same place is kept once (Rule 10). */
export interface Collector extends Reporter {
  /** Those that no `@allow` takes out, by file and place; an `@allow` that takes none out is a lint. */
  readonly finish: (allowances: readonly Allowance[]) => readonly Diagnostic[];
}

/** How many turns of a loop are named in a message. */
const shownTurns = 4;

export function startCollector(): Collector {
  const found = new Map<string, Collected>();
  const report: Reporter['report'] = (place, each, iteration) => {
    const diagnostic = placed(place, each);
    const { code, file, span, params } = diagnostic;
    const turns = iteration === undefined ? '' : 'loop';
    const key = `${code} ${file} ${span.start} ${span.end} ${turns || JSON.stringify(params)}`;
    const known = found.get(key) ?? { diagnostic, place, iterations: new Set<string>() };
    if (iteration !== undefined) known.iterations.add(iteration);
    found.set(key, known);
  };
  return {
    report,
    finish: (allowances) => {
      // A note in a file-level `for` is one note, however often its block stands.
      const used = new Set<NoteNode>();
      const kept = withoutEchoes([...found.values()]).filter(({ diagnostic }) => {
        const by = allowances.find((allowance) => allows(allowance, diagnostic));
        if (by !== undefined) used.add(by.note);
        return by === undefined;
      });
      const notes = new Map(allowances.map((allowance) => [allowance.note, allowance]));
      const unused = [...notes.values()]
        .filter(({ note, code }) => !used.has(note) && !ofInventory.has(code))
        .map(({ place, note, code }) => placed(place, problem('OCM5002', note.span, { code })));
      const said = withoutUnproved(kept);
      return [...said.map(withTurns), ...unused].sort(byPlace);
    },
  };
}

function placed(place: Place, found: Problem): Diagnostic {
  const fixes = found.fixes?.map((fix) => ({
    ...fix,
    edits: fix.edits.map((edit) => ({ ...edit, span: inFile(place, edit.span) })),
  }));
  const { help = [], secondary = [] } = found;
  return {
    code: found.code,
    file: place.unit.uri,
    span: inFile(place, found.span),
    params: found.params,
    ...(help.length > 0 ? { help } : {}),
    ...(fixes !== undefined && fixes.length > 0 ? { fixes } : {}),
    ...(secondary.length > 0 ? { secondary } : {}),
  };
}

/** What follows a syntax error within its declaration is mostly its echo: only what comes before is said. */
function withoutEchoes(found: readonly Collected[]): readonly Collected[] {
  const first = new Map<string, number>();
  for (const { diagnostic, place } of found) {
    if (!isSyntax(diagnostic)) continue;
    const { start } = diagnostic.span;
    const key = chunkKey(place);
    first.set(key, Math.min(start, first.get(key) ?? start));
  }
  return found.filter(({ diagnostic, place }) => {
    const from = first.get(chunkKey(place));
    return from === undefined || isSyntax(diagnostic) || diagnostic.span.end <= from;
  });
}

// Where something could not be read, nobody knows what it would have used or held.
const ofWholes: ReadonlySet<DiagnosticCode> = new Set(['OCM4008', 'OCM4027']);

function withoutUnproved(found: readonly Collected[]): readonly Collected[] {
  const isSound = found.every(({ diagnostic }) => severityOf(diagnostic) !== 'error');
  return isSound ? found : found.filter(({ diagnostic }) => !ofWholes.has(diagnostic.code));
}

function chunkKey({ unit, base }: Place): string {
  return `${unit.uri} ${base}`;
}

function isSyntax({ code }: Diagnostic): boolean {
  return code.startsWith('OCM1') && code !== 'OCM1005';
}

// Said later, and only where somebody has recorded clusters.
const ofInventory: ReadonlySet<DiagnosticCode> = new Set(['OCM4002', 'OCM4005', 'OCM4014']);

function withTurns({ diagnostic, iterations }: Collected): Diagnostic {
  if (iterations.size === 0) return diagnostic;
  const named = [...iterations].slice(0, shownTurns).join('; ');
  const more = iterations.size > shownTurns ? `; and ${iterations.size - shownTurns} more` : '';
  return { ...diagnostic, help: [...(diagnostic.help ?? []), `for ${named}${more}`] };
}

// Errors are never allowed away: there would be no program all the same.
/** Whether an `@allow` takes a diagnostic out. */
export function allows({ code, file, place, within }: Allowance, diagnostic: Diagnostic): boolean {
  if (diagnostic.code !== code || diagnostic.file !== file) return false;
  const { start, end } = inFile(place, within);
  return (
    severityOf(diagnostic) !== 'error' &&
    diagnostic.span.start >= start &&
    diagnostic.span.end <= end
  );
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.file, b.file) ||
    a.span.start - b.span.start ||
    a.span.end - b.span.end ||
    compareText(a.code, b.code) ||
    compareText(messageOf(a), messageOf(b))
  );
}
