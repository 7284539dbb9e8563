import type { IrManifest } from '../../ir/program.ts';
import { kustomizationNames, kustomize } from '../../kube/kustomize/build.ts';
import { folderOf, inFolder, resolvePath } from '../bind/path.ts';
import { reportOn } from '../check/rules/rule.ts';
import { problem } from '../diagnostics.ts';
import type { Workspace } from '../workspace.ts';
import type { EmitContext } from './context.ts';
import { type FileSource, refuse } from './files.ts';
import type { WrittenSource } from './vendored.ts';

/** Whether a folder holds a kustomization. */
export function hasKustomization(folder: string, workspace: Workspace): boolean {
  return kustomizationNames.some((name) => workspace.read(inFolder(folder, name)) !== null);
}

/** The objects of a kustomization of the workspace. */
export function kustomized(
  written: WrittenSource,
  path: string,
  context: EmitContext,
): readonly IrManifest[] {
  const folder = resolvePath(folderOf(written.block.file.uri), path);
  if (folder === null) {
    reportOn(written.block, problem('OCM2015', written.span, { path }), context.session);
    return [];
  }
  return kustomizedFolder({ ...written, root: '' }, folder, context);
}

/** The objects of a kustomization in a folder; nothing outside `root` is read. */
export function kustomizedFolder(
  source: Omit<FileSource, 'glob'> & { readonly root: string },
  folder: string,
  context: EmitContext,
): readonly IrManifest[] {
  const workspace = source.workspace ?? context.session.workspace;
  const made = kustomize(folder, {
    read: workspace.read,
    resolve: (from, path) => {
      const found = path.startsWith('/') ? null : resolvePath(from, path);
      const isInside = source.root === '' || `${found ?? ''}/`.startsWith(`${source.root}/`);
      return isInside ? found : null;
    },
  });
  if (!made.ok) {
    refuse({ ...source, glob: folder }, made.path, made.problem, context);
    return [];
  }
  const path = kustomizationNames
    .map((name) => inFolder(folder, name))
    .find((each) => workspace.read(each) !== null);
  const file = path === undefined ? 0 : context.indexOf(path, workspace.read(path) ?? '');
  return made.objects.map((object) => ({
    origin: { file, span: { start: 0, end: 0 } },
    object: { op: 'const', type: 'json', value: object },
  }));
}
