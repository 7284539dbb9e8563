import { instant } from '../../base/instant.ts';
import { type Change, compareWorlds, isChange } from '../../engine/simulate/change.ts';
import { type Model, modelOf, type World, worldOf } from '../../engine/simulate/world.ts';
import type { IrProgram } from '../../ir/program.ts';
import type { TestCluster } from '../../ir/test-plan.ts';
import { inventoryGiven, type Recorded } from '../inventory.ts';
import { CommandFailure, type ExitCode, exit, type Io } from '../io.ts';
import type { PlanOptions } from '../plan.ts';
import { type LoadedModule, loadModule, reportDiagnostics } from '../program/load.ts';
import { jsonText } from '../terminal/escape.ts';
import { moduleAt } from './git.ts';
import { programOnHub } from './live.ts';
import { changeMarkdown } from './markdown.ts';
import { changeText } from './text.ts';
import { whatIf } from './what-if.ts';

/** What `--deny` may name, and whether a change has it. */
const denied: Readonly<Record<string, (change: Change) => boolean>> = {
  change: isChange,
  leave: ({ placements }) => placements.some(({ leave }) => leave.length > 0),
  delete: ({ apps, hub }) =>
    [...apps.flatMap(({ objects }) => objects), ...hub].some(({ is }) => is === 'gone'),
};

/** Compares two programs over a fleet, or one program over a fleet as it is and as it might be. */
export async function planModule(
  files: readonly string[],
  options: PlanOptions,
  io: Io,
): Promise<ExitCode> {
  const unknown = options.deny.find((what) => !Object.hasOwn(denied, what));
  if (unknown !== undefined) {
    const known = Object.keys(denied).join(', ');
    throw new CommandFailure(exit.usage, `--deny takes ${known}; not ${unknown}`);
  }
  const recorded = await inventoryGiven(options, io);
  const after = sound(loadModule(files, options, io), io);
  if (after === null) return exit.no;
  const supposed = whatIf(recorded, after.tests?.attributes ?? [], options);
  const base = await baseOf(files, options, { after, supposes: supposed !== recorded }, io);
  if (base === null) return exit.no;
  const before = worldOn(modelOf(base, recorded), recorded);
  const change = compareWorlds(before, worldOn(modelOf(after.program, recorded), supposed, before));
  // What is supposed takes clusters away and never adds one: those of before are all there are.
  io.out(shown(change, options, recorded.clusters.length));
  const broken = options.deny.filter((what) => denied[what]?.(change));
  if (broken.length > 0) io.err(`denied: ${broken.join(', ')}\n`);
  return broken.length > 0 ? exit.no : exit.ok;
}

type Sound = LoadedModule & { readonly program: IrProgram };

function sound(loaded: LoadedModule, io: Io): Sound | null {
  const errors = reportDiagnostics(loaded, io.err, io);
  return errors > 0 || loaded.program === null ? null : (loaded as Sound);
}

/** What is there now: another module, the module of an older revision, the module itself, what the hub has, or nothing. */
async function baseOf(
  files: readonly string[],
  options: PlanOptions,
  { after, supposes }: { readonly after: Sound; readonly supposes: boolean },
  io: Io,
): Promise<IrProgram | null> {
  const { base, baseRef, live = false } = options;
  if (base !== undefined && baseRef !== undefined) {
    throw new CommandFailure(exit.usage, 'give --base or --base-ref, but not both');
  }
  if (base !== undefined) return sound(loadModule([base], options, io), io)?.program ?? null;
  if (baseRef !== undefined) {
    return moduleAt(baseRef, files, io, (then) => {
      return sound(loadModule(then.files, options, { ...io, cwd: then.cwd }), io)?.program ?? null;
    });
  }
  if (supposes) return after.program;
  return live ? programOnHub(after, options, io) : { ...after.program, decls: [] };
}

function worldOn(model: Model, recorded: Recorded, before?: World): World {
  const inNamespace = <T extends { readonly metadata: { readonly namespace?: string } }>(
    objects: readonly T[],
    name: string,
  ) => objects.filter(({ metadata }) => metadata.namespace === name);
  const clusters = recorded.clusters.map(
    (cluster): TestCluster => ({
      name: cluster.metadata.name,
      origin: { file: 0, span: { start: 0, end: 0 } },
      cluster,
      scores: inNamespace(recorded.scores, cluster.metadata.name),
      addons: inNamespace(recorded.addons, cluster.metadata.name),
      sets: null,
    }),
  );
  return worldOf(model, clusters, before?.now ?? instant(Date.now()), before);
}

function shown(change: Change, { output }: PlanOptions, clusters: number): string {
  if (output === 'json') return jsonText(change);
  return output === 'markdown' ? changeMarkdown(change, clusters) : changeText(change, clusters);
}
