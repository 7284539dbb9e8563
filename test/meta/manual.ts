import { projectFiles, read } from './tree.ts';

/**
 * A fenced block of a page. What its opening line says after the language decides what is tested:
 *
 *     ```ocm                      is a module of its own, and compiles without an error
 *     ```ocm fragment             is read without a syntax error
 *     ```ocm wrong OCM2104        gives exactly these errors and warnings
 *     ```ocm file=shop/main.ocm   is written to a file of the page's folder; its module compiles with what is there
 *     ```ocm file=a.ocm wrong …   is written to a file, and its module gives these errors and warnings
 *     ```yaml file=clusters.yaml  is written to a file
 *     ```yaml same                holds objects that the next ```ocm block compiles to
 *     ```console                  each line `$ ocm …` is run in that folder; the lines below are what it prints,
 *                                 where `…` stands for any text
 */
export interface Block {
  readonly page: string;
  /** Of its opening line, from 1. */
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
  /** Offset of its text in the page. */
  readonly at: number;
}

/** Pages of the manual, and the front page. */
export const pages: readonly string[] = projectFiles.filter(
  (file) => file === 'README.md' || /^docs\/language\/.*\.md$/.test(file),
);

/** The fenced blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  return blocksIn(page, read(page));
}

/** The fenced blocks of a Markdown text. A fence may hold a shorter one. */
export function blocksIn(page: string, text: string): readonly Block[] {
  const fences = /^(`{3,})([^\n`]*)\n([\s\S]*?)^\1`*[ \t]*$/gm;
  return [...text.matchAll(fences)].map((match) => {
    const [, ticks = '', info = '', body = ''] = match;
    const [language = '', ...words] = info.trim().split(/\s+/);
    return {
      page,
      line: text.slice(0, match.index).split('\n').length,
      language,
      words,
      text: body,
      at: match.index + ticks.length + info.length + 1,
    };
  });
}

/** The codes an example is to give; null where it is to give none. */
export function wrongOf({ words }: Block): readonly string[] | null {
  const at = words.indexOf('wrong');
  return at < 0 ? null : words.slice(at + 1).sort();
}

/** The path of `file=path`. */
export function fileOf({ words }: Block): string | null {
  return words.find((word) => word.startsWith('file='))?.slice('file='.length) ?? null;
}

/** A command of a console block, and what the page says it prints. */
export interface Run {
  readonly argv: readonly string[];
  readonly output: string;
}

/** The commands of a console block; a line that ends with a backslash goes on. */
export function runsOf({ text }: Block): readonly Run[] {
  const [, ...parts] = text.replace(/\\\n\s*/g, '').split(/^\$ /m);
  return parts.map((part) => {
    const end = part.indexOf('\n');
    const command = part.slice(0, end < 0 ? undefined : end).replace(/^\.\/bin\//, '');
    const argv = [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
      ([, double, single, plain]) => double ?? single ?? plain ?? '',
    );
    return { argv, output: end < 0 ? '' : part.slice(end + 1) };
  });
}

/** Whether a text is what a page shows, where `…` stands for anything. Lines of blanks at the end are not looked at. */
export function matches(shown: string, text: string): boolean {
  const pieces = shown.trimEnd().split('…');
  let at = 0;
  for (const [index, piece] of pieces.entries()) {
    const found = text.indexOf(piece, at);
    if (found < 0 || (index === 0 && found !== 0)) return false;
    at = found + piece.length;
  }
  return text.slice(at).trim() === '' || pieces.at(-1) === '';
}
