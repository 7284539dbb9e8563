import { basename, relative, resolve, sep } from 'node:path';
import { isJsonObject, type Json } from '../../base/json.ts';
import type { IrProgram } from '../../ir/program.ts';
import type { TestPlan } from '../../ir/test-plan.ts';
import { parseYaml } from '../../kube/yaml.ts';
import type { CheckedProgram } from '../../lang/check/checked.ts';
import { analyse } from '../../lang/compile.ts';
import { type Diagnostic, severityOf } from '../../lang/diagnostics.ts';
import { type RemoteUse, remoteSources } from '../../lang/remote-sources.ts';
import { type Role, renderDiagnostics } from '../../lang/render/render.ts';
import type { SourceFile } from '../../lang/workspace.ts';
import { CommandFailure, exit, type Io } from '../io.ts';
import { buildRego } from '../rego/opa.ts';
import { paint } from '../terminal/style.ts';
import { moduleFiles, readText, WorkspaceReader } from '../workspace.ts';
import type { ModuleOptions } from './options.ts';

/** A module as the command line names it, compiled. */
export interface LoadedModule {
  /** null exactly when some diagnostic is an error. */
  readonly program: IrProgram | null;
  /** Its tests; null where the program is. */
  readonly tests: TestPlan | null;
  readonly diagnostics: readonly Diagnostic[];
  /** What of it has to be fetched before it can be compiled. */
  readonly remote: readonly RemoteUse[];
  readonly files: readonly SourceFile[];
  /** What the checker found out, for those who ask where something was written. */
  readonly checked: CheckedProgram;
  /** Whether some `@allow` takes a diagnostic out. */
  readonly isAllowed: (found: Diagnostic) => boolean;
  /** The folder that the workspace begins at. */
  readonly root: string;
  /** Name of the module's folder, as a Kubernetes name. */
  readonly name: string;
  /** The one namespace of its declarations, empty where there are several or none. */
  readonly namespace: string;
}

/** Reads and compiles a module. What is wrong with it is in the diagnostics. */
export function loadModule(given: readonly string[], options: ModuleOptions, io: Io): LoadedModule {
  const { dir, root, paths } = moduleFiles(given, io.cwd);
  const reader = new WorkspaceReader(root);
  const files = paths.map((path) => ({
    uri: relative(root, path).split(sep).join('/'),
    text: readText(path, io.cwd),
  }));
  const { program, tests, diagnostics, checked, isAllowed } = analyse({
    files,
    workspace: {
      read: (path) => reader.read(path),
      list: (glob) => reader.list(glob),
      buildRego: (input) => buildRego(input, io.env),
    },
    params: paramsOf(options, io),
    ...(options.namespace !== undefined && { namespace: options.namespace }),
    ...(options.plainTemplates === true && { plainTemplates: true }),
  });
  return {
    program,
    tests,
    diagnostics,
    remote: remoteSources(checked),
    files,
    checked,
    isAllowed,
    root,
    name: kubernetesName(basename(dir)),
    namespace: options.namespace ?? theNamespace(program),
  };
}

/** Prints diagnostics as a person reads them; gives back how many are errors. */
export function reportDiagnostics(
  { diagnostics, files }: Pick<LoadedModule, 'diagnostics' | 'files'>,
  print: (text: string) => void,
  io: Io,
): number {
  const texts = new Map(files.map(({ uri, text }) => [uri, text]));
  const style = paint(io.color.err);
  const formats: Partial<Record<Role, Parameters<typeof style>[0]>> = {
    error: ['red', 'bold'],
    warning: ['yellow', 'bold'],
    lint: 'cyan',
    caret: 'red',
    gutter: 'dim',
    place: 'dim',
    help: 'green',
  };
  if (diagnostics.length > 0) {
    const text = renderDiagnostics(diagnostics, {
      textOf: (file) => texts.get(file) ?? null,
      paint: (role, piece) => {
        const format = formats[role];
        return format === undefined ? piece : style(format, piece);
      },
    });
    print(text.endsWith('\n') ? text : `${text}\n`);
  }
  return diagnostics.filter((diagnostic) => severityOf(diagnostic) === 'error').length;
}

/** Values of parameters: the file first, then each `--param` over it. */
function paramsOf({ param, params }: ModuleOptions, io: Io): Readonly<Record<string, Json>> {
  const values = new Map<string, Json>();
  if (params !== undefined) {
    const read = parseYaml(readText(resolve(io.cwd, params), io.cwd));
    if (!read.ok) throw new CommandFailure(exit.no, `${params}: ${read.message}`);
    const [document] = read.documents;
    if (document !== undefined && !isJsonObject(document.value)) {
      throw new CommandFailure(exit.no, `${params} holds no \`name: value\` lines`);
    }
    for (const [name, value] of Object.entries(document?.value ?? {})) values.set(name, value);
  }
  for (const text of param) {
    const at = text.indexOf('=');
    if (at <= 0) {
      throw new CommandFailure(exit.usage, `--param takes name=value, and got \`${text}\``);
    }
    values.set(text.slice(0, at), text.slice(at + 1));
  }
  return Object.fromEntries(values);
}

function theNamespace(program: IrProgram | null): string {
  const names = new Set((program?.decls ?? []).map(({ namespace }) => namespace));
  names.delete('');
  const [only = '', ...more] = names;
  return more.length === 0 ? only : '';
}

/** A folder's name as the name of an object: lower case, what is not allowed becomes `-`. */
function kubernetesName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
  return name === '' ? 'program' : name;
}
