import type { Json } from '../../src/base/json.ts';
import type { CompileInput, SourceFile, Workspace } from '../../src/lang/index.ts';

/**
 * A case is one text. `//# file: path` starts another file (the first is `main.ocm`), `//# param: name=value` and
 * `//# namespace: name` stand for flags, and so does
 * `//# compiled: with --plain-templates`. Files right in the root are the module that is compiled.
 */
export function readCase(
  text: string,
): CompileInput & { readonly texts: ReadonlyMap<string, string> } {
  const texts = new Map<string, string>();
  const params: Record<string, Json> = {};
  let namespace = '';
  let plainTemplates = false;
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
    } else if (flag === 'compiled' && value === 'with --plain-templates') plainTemplates = true;
    else lines.push(line);
  }
  close();
  const files: SourceFile[] = [...texts]
    .filter(([uri]) => uri.endsWith('.ocm') && !uri.includes('/'))
    .map(([uri, content]) => ({ uri, text: content }));
  return { files, texts, params, namespace, plainTemplates, workspace: workspaceOf(texts) };
}

/** A workspace of texts; a glob may have `*` in its last part. */
export function workspaceOf(texts: ReadonlyMap<string, string>): Workspace {
  return {
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
