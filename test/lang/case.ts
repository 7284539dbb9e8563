import type { Json } from '../../src/base/json.ts';
import type { Fix } from '../../src/lang/diagnostics.ts';
import type { CompileInput, Diagnostic, SourceFile, Workspace } from '../../src/lang/index.ts';

/** What is compiled, and its texts by uri. */
export type Case = CompileInput & { readonly texts: ReadonlyMap<string, string> };

/** A case with the edits of a fix made. */
export function mended(input: Case, { file }: Diagnostic, { edits }: Fix): Case {
  let text = input.texts.get(file) ?? '';
  for (const edit of edits.toSorted((a, b) => b.span.start - a.span.start)) {
    text = text.slice(0, edit.span.start) + edit.text + text.slice(edit.span.end);
  }
  const texts = new Map(input.texts).set(file, text);
  const files = input.files.map((each) => (each.uri === file ? { uri: file, text } : each));
  return { ...input, texts, files, workspace: workspaceOf(texts) };
}

/**
 * A case is one text. `//# file: path` starts another file (the first is `main.ocm`), `//# param: name=value` and
 * `//# namespace: name` stand for flags, and so does
 * `//# compiled: with --plain-templates`. `//# opa: 3:5 what is wrong` is what a compiler of Rego says, `//# opa: none` that
 * there is none (test/real/rego.test.ts asks the real one). Files right in the root are the module that is compiled.
 */
export function readCase(text: string): Case {
  const texts = new Map<string, string>();
  const params: Record<string, Json> = {};
  let namespace = '';
  let plainTemplates = false;
  let opa: string | null = null;
  let path = 'main.ocm';
  let lines: string[] = [];
  const close = (): void => {
    texts.set(path, lines.join('\n'));
    lines = [];
  };
  for (const line of text.split('\n')) {
    const [, flag, value = ''] = /^\/\/# (\w+): (.*)$/.exec(line) ?? [];
    if (flag === 'file') {
      close();
      path = value;
    } else if (flag === 'namespace') namespace = value;
    else if (flag === 'param') {
      const at = value.indexOf('=');
      params[value.slice(0, at)] = value.slice(at + 1);
    } else if (flag === 'opa') opa = value;
    else if (flag === 'compiled' && value === 'with --plain-templates') plainTemplates = true;
    else lines.push(line);
  }
  close();
  const files: SourceFile[] = [...texts]
    .filter(([uri]) => uri.endsWith('.ocm') && !uri.includes('/'))
    .map(([uri, content]) => ({ uri, text: content }));
  return { files, texts, params, namespace, plainTemplates, workspace: workspaceOf(texts, opa) };
}

function builderSaying(said: string): NonNullable<Workspace['buildRego']> {
  if (said === 'none') {
    const remedy = 'install opa, or set $OPA to it';
    return () => ({ built: 'no-compiler', problem: 'there is no `opa`', remedy });
  }
  const [, line, column, message = ''] = /^(\d+):(\d+) (.*)$/.exec(said) ?? [];
  const fault = { line: Number(line), column: Number(column), message };
  return () => ({ built: 'no', faults: [fault] });
}

/** A workspace of texts; a glob may have `*` in its last part. */
export function workspaceOf(
  texts: ReadonlyMap<string, string>,
  opa: string | null = null,
): Workspace {
  return {
    ...(opa === null ? {} : { buildRego: builderSaying(opa) }),
    read: (path) => texts.get(path) ?? null,
    list: (glob) => {
      const star = glob.indexOf('*');
      const [head, tail] = [glob.slice(0, star), glob.slice(star + 1)];
      return [...texts.keys()]
        .filter((path) => path.startsWith(head) && path.endsWith(tail))
        .filter((path) => !path.slice(head.length).includes('/'))
        .sort();
    },
  };
}
