import { existsSync, statSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/capabilities.ts';
import { projectFiles, read } from './tree.ts';

const documents = projectFiles.filter((file) => file.endsWith('.md'));

/** A broken link as `document:line target`. */
function broken(document: string): readonly string[] {
  const text = prose(read(document));
  return links(text).flatMap(({ target, line }) => {
    const [path = '', anchor] = target.split('#', 2);
    const file = path === '' ? document : posix.join(dirname(document), decodeURI(path));
    const found = file.startsWith('..') || existsSync(root + file);
    if (!found || file.startsWith('..')) return [`${document}:${line} ${target}`];
    if (anchor === undefined || !file.endsWith('.md') || statSync(root + file).isDirectory())
      return [];
    return anchors(unfenced(read(file))).has(anchor) ? [] : [`${document}:${line} ${target}`];
  });
}

/** The text without what stands in fences; lines stay where they are. */
function unfenced(text: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, '');
  return text.replace(/^( *)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^ *\2`*$/gm, blank);
}

/** The text without code. */
function prose(text: string): string {
  return unfenced(text).replace(/`[^`\n]*`/g, '``');
}

function links(text: string): readonly { target: string; line: number }[] {
  const inline = /\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g;
  const reference = /^ {0,3}\[[^\]]+\]:\s*(\S+)/gm;
  return [...text.matchAll(inline), ...text.matchAll(reference)]
    .map((match) => ({
      target: match[1] ?? '',
      line: text.slice(0, match.index).split('\n').length,
    }))
    .filter(({ target }) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** GitHub's names of headings. */
function anchors(text: string): ReadonlySet<string> {
  return new Set(
    [...text.matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map((match) =>
      (match[1] ?? '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

test('every relative link of a document leads somewhere', () => {
  expect(documents.length).toBeGreaterThan(0);
  expect(documents.flatMap(broken)).toEqual([]);
});

test('links are found where they are, and not in code', () => {
  const text =
    'a [b](c.md#d "t")\n```\n[no](no.md)\n```\n`[no](no.md)` [x]: y\n\n[e]: f.md\n[g](https://x.y)\n';
  expect(links(prose(text))).toEqual([
    { target: 'c.md#d', line: 1 },
    { target: 'f.md', line: 7 },
  ]);
  expect([...anchors('## What is it, `ocm`?\n# Two  words\n')]).toEqual([
    'what-is-it-ocm',
    'two--words',
  ]);
});

test('every decision record has a number of its own, a status and a title', () => {
  const records = projectFiles.filter((file) => /^docs\/adr\/[^/]+\.md$/.test(file));
  expect(records.length).toBeGreaterThan(0);
  const numbers = records.map((file) => /^docs\/adr\/(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]);
  expect(numbers).toEqual([...new Set(numbers)]);
  for (const [n, file] of records.entries()) {
    const text = read(file);
    expect(text, file).toMatch(new RegExp(`^# ${numbers[n]} \\S`));
    expect(text, file).toMatch(/^Status: (proposed|accepted|out of date)/m);
  }
});

test('every proof and path that a guide names is there', () => {
  const guides = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/deviations.md'];
  const gone = guides.flatMap((guide) => {
    const spans = [...unfenced(read(guide)).matchAll(/`([^`\n]+)`/g)].map(
      (match) => match[1] ?? '',
    );
    return spans.filter((span) => !isThere(span)).map((span) => `${guide}: ${span}`);
  });
  expect(gone).toEqual([]);
});

/** Whether a code span that names a test or a path names one that exists; anything else is not judged. */
function isThere(span: string): boolean {
  if (/NNNN|####|<|\bfile\.(?:test\.ts|png)/.test(span)) return true;
  const [, file, name] = /^(test\/\S+\.ts) › (.+)$/.exec(span) ?? [];
  if (file !== undefined && name !== undefined) {
    const title = name.split(' › ').at(-1) ?? '';
    return existsSync(root + file) && read(file).includes(title);
  }
  const path = /^(?:src|test|docs|scripts|examples|grammar|bench|bin)\/[\w./-]+$/.exec(span)?.[0];
  return path === undefined || existsSync(root + path);
}
