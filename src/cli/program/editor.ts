import { once } from 'node:events';
import { dirname } from 'node:path';
import { stdin, stdout } from 'node:process';
import { type HostModule, type LspHost, serve } from '../../lsp/serve.ts';
import { version } from '../version.ts';
import { moduleFiles, WorkspaceReader } from '../workspace.ts';

/** Serves the editor at the other end of stdin and stdout until it goes away. */
export async function serveEditor(): Promise<void> {
  serve({ input: stdin, output: stdout, host: diskHost(), version });
  await once(stdin, 'close');
}

/** The disk as the server may see it: what is below the root of a workspace. */
export function diskHost(): LspHost {
  const readers = new Map<string, WorkspaceReader>();
  const reader = (root: string): WorkspaceReader | null => {
    try {
      const found = readers.get(root) ?? new WorkspaceReader(root);
      readers.set(root, found);
      return found;
    } catch {
      return null;
    }
  };
  return {
    moduleOf,
    read: (root, path) => reader(root)?.read(path) ?? null,
    list: (root, glob) => reader(root)?.list(glob) ?? [],
  };
}

function moduleOf(path: string): HostModule {
  const dir = dirname(path);
  try {
    const { root, paths } = moduleFiles([dir], dir);
    return { root, paths };
  } catch {
    // a folder that is not there yet, or holds no module but what is being written
    return { root: dir, paths: [] };
  }
}
