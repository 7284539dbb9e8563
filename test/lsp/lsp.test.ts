import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Editor } from './editor.ts';

const dir = mkdtempSync(join(tmpdir(), 'ocm-lsp-'));
const uriOf = (name: string): string => pathToFileURL(join(dir, name)).href;
const main = uriOf('main.ocm');
const saved = `namespace shop
clusterset edge { members: exclusive }
namespace shop { bind: [edge] }
placement web { from: [edge] }
`;
let editor: Editor;
let version = 0;

/** Sets the text of the document in the editor. */
function type(text: string): void {
  version += 1;
  const textDocument = { uri: main, version };
  editor.notify('textDocument/didChange', { textDocument, contentChanges: [{ text }] });
}
const at = (line: number, character: number) => ({
  textDocument: { uri: main },
  position: { line, character },
});

beforeAll(async () => {
  writeFileSync(join(dir, 'ocm.json'), '{}');
  writeFileSync(join(dir, 'main.ocm'), saved);
  writeFileSync(
    join(dir, 'more.ocm'),
    'namespace shop\npolicy base { on: [web], musthave Namespace shop { } }\n',
  );
  mkdirSync(join(dir, 'lib'));
  editor = new Editor(dir);
});
afterAll(() => {
  editor.kill();
  rmSync(dir, { recursive: true, force: true });
});

describe('the language server', () => {
  test('says what it can do', async () => {
    expect(await editor.start()).toMatchObject({
      serverInfo: { name: 'ocm' },
      capabilities: { hoverProvider: true, documentFormattingProvider: true },
    });
  });

  test('says what is wrong in a text that is not saved, and in other files because of it', async () => {
    const text = saved.replace('placement web', 'placement wep');
    version = 1;
    const wrong = editor.published(uriOf('more.ocm'), ({ diagnostics }) => diagnostics.length > 0);
    editor.notify('textDocument/didOpen', {
      textDocument: { uri: main, languageId: 'ocm', version, text },
    });
    const { diagnostics } = await wrong;
    expect(diagnostics[0]).toMatchObject({
      code: 'OCM2001',
      range: { start: { line: 1, character: 19 } },
    });
    const right = editor.published(uriOf('more.ocm'), (each) => each.diagnostics.length === 0);
    type(saved);
    await right;
  });

  test('applies changes of parts of a text', async () => {
    version += 1;
    const wrong = editor.published(main, ({ diagnostics }) => diagnostics.length > 0);
    const start = { line: 3, character: 23 };
    const change = { range: { start, end: { line: 3, character: 27 } }, text: 'egde' };
    editor.notify('textDocument/didChange', {
      textDocument: { uri: main, version },
      contentChanges: [change],
    });
    expect((await wrong).diagnostics[0]).toMatchObject({ code: 'OCM2001', range: { start } });
  });

  test('offers the fix of a diagnostic', async () => {
    const range = { start: { line: 3, character: 24 }, end: { line: 3, character: 24 } };
    const params = { textDocument: { uri: main }, range, context: { diagnostics: [] } };
    const { result } = await editor.ask('textDocument/codeAction', params);
    expect(result).toMatchObject([
      { kind: 'quickfix', edit: { changes: { [main]: [{ newText: 'edge' }] } } },
    ]);
    type(saved);
  });

  test('hovers, completes, goes to definitions, outlines and formats', async () => {
    const hovered = await editor.ask('textDocument/hover', at(3, 3));
    expect(JSON.stringify(hovered.result)).toContain('choice of clusters');
    const completed = await editor.ask('textDocument/completion', at(3, 24));
    expect(JSON.stringify(completed.result)).toContain('"label":"edge"');
    const defined = await editor.ask('textDocument/definition', at(3, 24));
    expect(defined.result).toMatchObject({
      uri: main,
      range: { start: { line: 1, character: 11 } },
    });
    const outline = await editor.ask('textDocument/documentSymbol', {
      textDocument: { uri: main },
    });
    expect(outline.result).toHaveLength(4);
    type(saved.replace('{ from: [edge] }', '{from:[edge]}'));
    const options = { tabSize: 2, insertSpaces: true };
    const formatted = await editor.ask('textDocument/formatting', {
      textDocument: { uri: main },
      options,
    });
    expect((formatted.result as readonly unknown[]).length).toBeGreaterThan(0);
    type(saved);
  });

  test('completes and hovers in objects, what must be there before the rest', async () => {
    const before = `${saved}\n`;
    const line = before.split('\n').length - 1;
    const object = 'resource Service web { spec: { ports: [{ ';
    type(`${before}${object}`);
    const completed = await editor.ask('textDocument/completion', at(line, object.length));
    const items = completed.result as
      | { readonly items?: readonly { readonly label: string; readonly sortText?: string }[] }
      | readonly { readonly label: string; readonly sortText?: string }[];
    const list = 'items' in items ? (items.items ?? []) : (items as readonly never[]);
    expect(list.filter(({ sortText }) => sortText !== undefined)).toMatchObject([
      { label: 'port', sortText: ' port' },
    ]);
    type(`${before}${object}port: 80 }] } }`);
    const hovered = await editor.ask('textDocument/hover', at(line, object.length + 1));
    expect(JSON.stringify(hovered.result)).toContain('`spec.ports.port` of a Service');
    type(saved);
  });

  test('answers nothing to what was cancelled', async () => {
    const { error } = await editor.ask('textDocument/hover', at(3, 3), true);
    expect(error?.code).toBe(-32800);
  });

  test('reads what changed on the disk when it is told', async () => {
    const wrong = editor.published(uriOf('more.ocm'), ({ diagnostics }) => diagnostics.length > 0);
    writeFileSync(join(dir, 'more.ocm'), 'namespace shop\npolicy base { on: [gone] }\n');
    editor.notify('workspace/didChangeWatchedFiles', {
      changes: [{ uri: uriOf('more.ocm'), type: 2 }],
    });
    expect((await wrong).diagnostics[0]).toMatchObject({ code: 'OCM2001' });
  });

  test('lives through any text and any place', async () => {
    const texts = [
      '\0\ufeff{{{',
      'placement a { where: cluster.',
      '```',
      '"${"${',
      'for x in',
      '}'.repeat(500),
    ];
    for (const text of texts) {
      type(text);
      for (const point of [at(0, 0), at(0, text.length), at(99, 99), at(-1, -1)]) {
        for (const method of ['hover', 'completion', 'definition']) {
          const { error } = await editor.ask(`textDocument/${method}`, point);
          expect(error).toBeUndefined();
        }
      }
    }
    const odd = {
      textDocument: {
        uri: 'untitled:Untitled-1',
        languageId: 'ocm',
        version: 1,
        text: 'placement',
      },
    };
    const shown = editor.published('untitled:Untitled-1');
    editor.notify('textDocument/didOpen', odd);
    expect((await shown).diagnostics).toHaveLength(1);
  });

  test('clears what it said when a document is closed, and ends when it is told', async () => {
    const cleared = editor.published('untitled:Untitled-1');
    editor.notify('textDocument/didClose', { textDocument: { uri: 'untitled:Untitled-1' } });
    expect((await cleared).diagnostics).toEqual([]);
    expect(await editor.stop()).toBe(0);
    expect(editor.errors).toBe('');
  });
});
