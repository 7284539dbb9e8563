import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { namespaceKind } from '../../kube/core.ts';
import { brokenAnnotation } from '../../runtime/clusterservices/deployments/controller.ts';
import { CommandFailure, type ExitCode, exit, type Io } from '../io.ts';
import { type LocalFleet, startFleet } from '../local/fleet.ts';
import { quickstartLabels } from '../local/quickstart.ts';
import { applyProgram } from '../program/apply.ts';
import { loadModule, reportDiagnostics } from '../program/load.ts';
import { paint } from '../terminal/style.ts';
import { Observer, type Scene } from './observer.ts';

const namespace = 'quickstart';
const name = 'quickstart';
const sceneMillis = 40_000;

/** Plays the demo in a folder of its own and cleans up behind itself, however it ends. */
export async function runDemo(keep: string | undefined, io: Io): Promise<ExitCode> {
  const dir = keep ?? mkdtempSync(join(tmpdir(), 'ocm-demo-'));
  const demo = new Demo(dir, io);
  try {
    return await demo.play();
  } finally {
    await demo.end();
    if (keep === undefined) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Demo {
  readonly #dir: string;
  readonly #io: Io;
  readonly #started = performance.now();
  #fleet: LocalFleet | undefined;
  #observer: Observer | undefined;

  constructor(dir: string, io: Io) {
    this.#dir = dir;
    this.#io = io;
  }

  async play(): Promise<ExitCode> {
    this.#title('1. A file says it all');
    const source = quickstartFolder();
    this.#line(`examples/quickstart/main.ocm compiles: ${this.#compiled(source)}`);

    this.#title('2. A hub and three clusters, joined by the real handshake');
    this.#fleet = await startFleet({
      dir: this.#dir,
      clusters: ['cluster1', 'cluster2', 'cluster3'],
      port: 0,
      programNamespaces: [namespace],
      labels: quickstartLabels,
      signal: this.#io.signal,
      step: (text) => this.#line(text),
    });
    const hub = this.#fleet.hub.cluster;
    this.#observer = new Observer({
      hub,
      namespace,
      program: name,
      signal: this.#io.signal,
      line: (text) => this.#line(text),
    });

    this.#title('3. First rollout: the canary goes first and soaks, then the rest');
    await this.#apply(source, { image: 'nginx:1.28' });
    await this.#until('the first rollout', done);

    this.#title('4. A new image: the same again');
    await this.#apply(source, { image: 'nginx:1.29' });
    await this.#until('the second rollout', done);

    this.#title('5. The canary breaks: the rollout halts, the others are never touched');
    await this.#break('cluster1', true);
    await this.#apply(source, { image: 'nginx:1.30' });
    await this.#until('the halt', ({ rollout }) => rollout?.halted === true);
    this.#line('cluster1 is mended');
    await this.#break('cluster1', false);
    await this.#until('the rollout that goes on', done);

    this.#title('6. A policy: from inform, which reports, to enforce, which mends');
    await this.#until('the report', all('NonCompliant'));
    await this.#apply(source, { image: 'nginx:1.30', mode: 'enforce' });
    const scene = await this.#until('compliance', all('Compliant'));

    const compliant = [...scene.policies.values()].filter((one) => one === 'Compliant').length;
    const seconds = Math.round((performance.now() - this.#started) / 1000);
    this.#title(`That was ${seconds} s. \`./bin/ocm up\` keeps such a fleet for you.`);
    this.#io.out(
      `demo: 3 clusters, ${scene.works.size} works applied, ${compliant} policies compliant\n`,
    );
    return exit.ok;
  }

  async end(): Promise<void> {
    await this.#fleet?.stop();
  }

  #compiled(source: string): string {
    const loaded = loadModule([source], { param: [] }, this.#io);
    const errors = reportDiagnostics(loaded, this.#io.err, this.#io);
    if (errors > 0 || loaded.program === null) {
      throw new CommandFailure(exit.no, 'examples/quickstart does not compile');
    }
    const kinds = loaded.program.decls.map((decl) => `${decl.kind} ${decl.name}`);
    return kinds.join(', ');
  }

  async #apply(source: string, params: Readonly<Record<string, string>>): Promise<void> {
    const param = Object.entries(params).map(([key, value]) => `${key}=${value}`);
    const shown = param.map((text) => ` --param ${text}`).join('');
    this.#line(`$ ocm apply examples/quickstart${shown}`);
    const { program } = loadModule([source], { param }, this.#io);
    if (program === null || this.#fleet === undefined) throw new Error('nothing to apply');
    const silent: Io = { ...this.#io, out: () => {} };
    const code = await applyProgram(
      {
        hub: this.#fleet.hub.cluster,
        program,
        name,
        namespace,
        serviceAccount: 'ocm-programs',
        prune: false,
        maxDelete: 0,
        dryRun: false,
        adopt: false,
        waitMillis: sceneMillis,
      },
      silent,
    );
    if (code !== exit.ok) throw new CommandFailure(code, 'the program could not be applied');
  }

  async #break(cluster: string, broken: boolean): Promise<void> {
    const server = this.#fleet?.clusters.find((one) => one.name === cluster);
    const of = { ...namespaceKind, namespace: '', name: 'default' };
    const annotations = { [brokenAnnotation]: broken ? 'true' : null };
    const answer = await server?.cluster.mergePatch(of, { metadata: { annotations } });
    if (!answer?.ok) throw new CommandFailure(exit.environment, `cannot break ${cluster}`);
  }

  async #until(what: string, expected: (scene: Scene) => boolean): Promise<Scene> {
    if (this.#observer === undefined) throw new Error('nothing to observe');
    if (await this.#observer.until(expected, sceneMillis)) return this.#observer.scene;
    throw new CommandFailure(exit.no, `${what} did not happen within ${sceneMillis / 1000} s`);
  }

  #title(text: string): void {
    this.#io.out(`\n${paint(this.#io.color.out)('bold', text)}\n`);
  }

  #line(text: string): void {
    const seconds = ((performance.now() - this.#started) / 1000).toFixed(1).padStart(6);
    this.#io.out(`${paint(this.#io.color.out)('dim', `${seconds}s`)}  ${text}\n`);
  }
}

/** All clusters have the wanted version, and it is ready everywhere. */
function done({ rollout, works }: Scene): boolean {
  const ready = [...works.values()].every(({ phase }) => phase === 'ready');
  return ready && works.size === 3 && rollout?.done === rollout?.of && rollout?.of === 3;
}

function all(compliance: string): (scene: Scene) => boolean {
  return ({ policies }) =>
    policies.size === 3 && [...policies.values()].every((one) => one === compliance);
}

/** In a clone beside the sources, in a package beside the bundle. */
function quickstartFolder(): string {
  for (const up of ['../../../examples/quickstart', '../examples/quickstart']) {
    const folder = fileURLToPath(new URL(up, import.meta.url));
    if (existsSync(folder)) return folder;
  }
  throw new CommandFailure(exit.environment, 'examples/quickstart is not there');
}
