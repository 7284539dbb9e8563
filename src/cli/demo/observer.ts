import type { AppRollout, ProgramObject } from '../../ir/program-object.ts';
import { ownedLabels, programKind } from '../../ir/program-object.ts';
import { conditionOf } from '../../kube/object.ts';
import { type Policy, policyKind } from '../../kube/ocm/policy.ts';
import { type ManifestWork, manifestWorkKind, workConditions } from '../../kube/ocm/work.ts';
import type { Cluster } from '../../runtime/client/cluster.ts';
import { until } from '../local/wait.ts';

/** What a person would like to see of a program at one moment. */
export interface Scene {
  /** By cluster, where it has a work. */
  readonly works: ReadonlyMap<string, WorkScene>;
  readonly rollout: AppRollout | undefined;
  /** Compliance by cluster. */
  readonly policies: ReadonlyMap<string, string>;
}
export interface WorkScene {
  readonly image: string;
  readonly phase: 'rolling out' | 'ready' | 'failing';
}

export interface ObserverOptions {
  readonly hub: Cluster;
  readonly namespace: string;
  readonly program: string;
  readonly signal: AbortSignal;
  /** Told each change, one line. */
  readonly line: (text: string) => void;
}

/** Looks at the hub again and again and tells what changed. */
export class Observer {
  readonly #options: ObserverOptions;
  #last: Scene = { works: new Map(), rollout: undefined, policies: new Map() };

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  /** Tells changes until the scene is as expected; undefined when the time is over. */
  async until(expected: (scene: Scene) => boolean, timeoutMillis: number): Promise<boolean> {
    const { signal } = this.#options;
    const probe = async () => {
      const scene = await this.#look();
      if (scene === undefined) return undefined;
      this.#tell(scene);
      return expected(scene) ? true : undefined;
    };
    return (await until(probe, { signal, timeoutMillis, everyMillis: 150 })) ?? false;
  }

  get scene(): Scene {
    return this.#last;
  }

  /** undefined where the hub does not answer just now: the next look may. */
  async #look(): Promise<Scene | undefined> {
    const { hub, namespace, program } = this.#options;
    const [works, object, policies] = await Promise.all([
      hub.list<ManifestWork>(manifestWorkKind, {
        labelSelector: `${ownedLabels.program}=${program}`,
      }),
      hub.get<ProgramObject>(programKind, namespace, program),
      hub.list<Policy>(policyKind),
    ]);
    if (!works.ok || !policies.ok) return undefined;
    return {
      works: new Map(
        works.value.items.map((work) => [work.metadata.namespace ?? '', sceneOf(work)]),
      ),
      rollout: object.ok ? object.value.status?.rollouts?.[0] : undefined,
      policies: new Map(
        policies.value.items
          .filter(({ metadata }) => metadata.namespace !== namespace)
          .map(({ metadata, status }) => [
            metadata.namespace ?? '',
            status?.compliant ?? 'Pending',
          ]),
      ),
    };
  }

  #tell(scene: Scene): void {
    const { line } = this.#options;
    for (const [cluster, { image, phase }] of scene.works) {
      const before = this.#last.works.get(cluster);
      if (before?.image === image && before.phase === phase) continue;
      line(`${cluster}  ${image.padEnd(10)}  ${phase}`);
    }
    for (const [cluster, compliance] of scene.policies) {
      if (this.#last.policies.get(cluster) !== compliance)
        line(`${cluster}  policy      ${compliance}`);
    }
    const rollout = scene.rollout;
    if (rollout?.halted && !this.#last.rollout?.halted) {
      const untouched = rollout.of - rollout.done - rollout.updating - rollout.failed;
      line(`halted: ${rollout.failed} failed, ${untouched} untouched`);
    }
    this.#last = scene;
  }
}

function sceneOf(work: ManifestWork): WorkScene {
  const generation = work.metadata.generation;
  const is = (type: string, status: string) => {
    const condition = conditionOf(work.status?.conditions, type);
    return condition?.status === status && condition.observedGeneration === generation;
  };
  const ready =
    is(workConditions.applied, 'True') &&
    is(workConditions.available, 'True') &&
    is(workConditions.progressing, 'False');
  const failing = is(workConditions.degraded, 'True');
  return { image: imageOf(work), phase: failing ? 'failing' : ready ? 'ready' : 'rolling out' };
}

/** `web:1.0.0` of the first container of the first workload. */
function imageOf(work: ManifestWork): string {
  const text = JSON.stringify(work.spec?.workload?.manifests ?? []);
  const image = /"image":"([^"]+)"/.exec(text)?.[1] ?? '?';
  return image.slice(image.lastIndexOf('/') + 1);
}
