import type { IrManifest } from '../../ir/program.ts';
import type { Workspace } from '../workspace.ts';
import type { EmitContext } from './context.ts';
import { type FileSource, refuse } from './files.ts';
import type { WrittenSource } from './vendored.ts';

const names = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** Whether a folder holds a kustomization. */
export function hasKustomization(folder: string, workspace: Workspace): boolean {
  return names.some((name) => workspace.read(`${folder}/${name}`) !== null);
}

/** The objects of a kustomization of the workspace. */
export function kustomized(
  written: WrittenSource,
  path: string,
  context: EmitContext,
): readonly IrManifest[] {
  refuse({ ...written, glob: path }, path, 'kustomizations are not read yet', context);
  return [];
}

/** The objects of a kustomization in a folder; nothing outside `root` is read. */
export function kustomizedFolder(
  source: Omit<FileSource, 'glob'> & { readonly root: string },
  folder: string,
  context: EmitContext,
): readonly IrManifest[] {
  refuse({ ...source, glob: folder }, folder, 'kustomizations are not read yet', context);
  return [];
}
