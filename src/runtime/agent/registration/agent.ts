import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Millis, plus } from '../../../base/instant.ts';
import type { ClientConfig } from '../../../kube/ocm/cluster.ts';
import type { Cluster } from '../../client/cluster.ts';
import { connect } from '../../client/kube.ts';
import { type Kubeconfig, loadKubeconfig } from '../../client/kubeconfig.ts';
import { type Clock, systemClock, until } from '../../control/clock.ts';
import type { Controller } from '../../control/controller.ts';
import { type Log, silent } from '../../control/log.ts';
import type { ClaimOptions } from './claims.ts';
import { clientConfigsController } from './client-configs.ts';
import { CredentialFolder } from './credential-folder.ts';
import { loadFromSecret, type SecretPlace, saveToSecret } from './credential-secret.ts';
import { Facts, withFacts } from './facts.ts';
import { watchHealth } from './health.ts';
import { heartbeatController } from './heartbeat.ts';
import { addressOf, type HubCredential, whyUnusable } from './hub-credential.ts';
import { join, newAgentName } from './join.ts';
import { rotate } from './rotation.ts';
import { statusController } from './status.ts';

export interface RegistrationAgentOptions {
  /** Path of the kubeconfig to join with. It is looked at again: a hub that moved or got a new authority is joined anew. */
  readonly bootstrapKubeconfig: string;
  /** The API server of the cluster the agent is for. */
  readonly cluster: Cluster;
  readonly clusterName: string;
  /** Five letters by chance where absent, kept in the folder. */
  readonly agentName?: string;
  /** Where the credential is kept (0700). */
  readonly folder: string;
  /** Also keeps it in a Secret on the cluster, for agents without a disk. */
  readonly secret?: SecretPlace;
  /** How the hub may reach the cluster. */
  readonly clientConfigs?: readonly ClientConfig[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly claims?: ClaimOptions;
  /** Seconds a certificate shall last; the signer's choice where absent. */
  readonly expirationSeconds?: number;
  /** How often the API server of the cluster is looked at; a minute where absent. */
  readonly healthEvery?: Millis;
  readonly compat?: 'upstream';
  readonly userAgent?: string;
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly log?: Log;
  readonly signal: AbortSignal;
}

/** The time between joining (or coming back) and losing the credential. */
export interface AgentSession {
  readonly clusterName: string;
  readonly agentName: string;
  /** The hub, with the agent's own identity; a renewed certificate is used by itself. */
  readonly hub: Cluster;
  /** The cluster, and what the agent knows of it besides (`withFacts`): pass this one to `runControllers`. */
  readonly cluster: Cluster;
  /** The controllers of registration; work and policy add theirs. */
  readonly controllers: readonly Controller[];
  /** SHA-256 of the hub's address, which upstream names things by. */
  readonly hubHash: string;
  /** Aborts when the session is over. */
  readonly signal: AbortSignal;
}

/** How often the bootstrap kubeconfig is looked at. */
const lookEvery: Millis = 10_000;

/**
 * Joins the hub and stays registered until the signal aborts: `run` gets a session and runs controllers until its signal
 * aborts; when the credential is lost the agent joins again and `run` is called with a new session.
 */
export async function stayRegistered(
  options: RegistrationAgentOptions,
  run: (session: AgentSession) => Promise<void>,
): Promise<void> {
  const agent = new RegisteredAgent(options);
  const stop = new AbortController();
  const health = agent.watchHealth(stop.signal);
  try {
    while (!options.signal.aborted) {
      const credential = await agent.credential();
      if (credential !== null) await agent.session(credential, run);
    }
  } finally {
    stop.abort();
    await health;
  }
}

class RegisteredAgent {
  readonly #options: RegistrationAgentOptions;
  readonly #folder: CredentialFolder;
  readonly #facts = new Facts();
  readonly #agentName: string;
  readonly #common: {
    readonly clusterName: string;
    readonly agentName: string;
    readonly folder: CredentialFolder;
    readonly clock: Clock;
    readonly random: () => number;
    readonly log: Log;
    readonly expirationSeconds?: number;
  };
  /** The credential was lost by this message: join anew, even if it looks usable. */
  #lost = false;

  constructor(options: RegistrationAgentOptions) {
    const { clusterName, clock = systemClock, random = Math.random, log = silent } = options;
    this.#options = options;
    this.#folder = new CredentialFolder(options.folder);
    this.#agentName = options.agentName ?? this.#folder.agentName ?? newAgentName();
    this.#common = {
      clusterName,
      agentName: this.#agentName,
      folder: this.#folder,
      clock,
      random,
      log,
      ...(options.expirationSeconds && { expirationSeconds: options.expirationSeconds }),
    };
  }

  watchHealth(signal: AbortSignal): Promise<void> {
    const { cluster, healthEvery } = this.#options;
    const { clock } = this.#common;
    const both = AbortSignal.any([signal, this.#options.signal]);
    const every = healthEvery === undefined ? {} : { every: healthEvery };
    return watchHealth({ cluster, facts: this.#facts, clock, signal: both, ...every });
  }

  /** A credential for the hub of the bootstrap kubeconfig: the one that is kept, else a new one. */
  async credential(): Promise<HubCredential | null> {
    const { signal, clusterName, secret, cluster } = this.#options;
    const { log } = this.#common;
    const bootstrap = await this.#bootstrap();
    if (bootstrap === null) return null;
    const kept = this.#lost ? null : await this.#kept(bootstrap);
    if (kept !== null) return kept;
    const hub = connect(bootstrap, this.#connectOptions());
    try {
      log('info', 'joining the hub', { cluster: clusterName, hub: bootstrap.server });
      const { clientConfigs = [], annotations = {} } = this.#options;
      const address = addressOf(bootstrap);
      const of = { ...this.#common, hub, address, clientConfigs, annotations, signal };
      const credential = await join(of);
      if (credential !== null) this.#lost = false;
      if (credential !== null && secret !== undefined)
        await this.#keep(cluster, secret, credential);
      return credential;
    } finally {
      hub.close();
    }
  }

  async session(
    credential: HubCredential,
    run: (session: AgentSession) => Promise<void>,
  ): Promise<void> {
    const { signal, cluster, secret } = this.#options;
    const { log } = this.#common;
    const loaded = await loadKubeconfig({ path: this.#folder.kubeconfigPath });
    if (!loaded.ok) {
      log('error', 'cannot read the stored kubeconfig', { why: loaded.why });
      this.#lost = true;
      return;
    }
    const hub = connect(loaded.kubeconfig, this.#connectOptions());
    const over = new AbortController();
    const both = AbortSignal.any([signal, over.signal]);
    const lose = (why: string | null): void => {
      if (why === null || both.aborted) return;
      log('warn', 'the credential is lost: joining anew', { why });
      this.#lost = true;
      over.abort();
    };
    const rotation = rotate({
      ...this.#common,
      agentName: credential.agentName,
      hub,
      credential,
      facts: this.#facts,
      signal: both,
      onRenewed: async (renewed) => {
        if (secret !== undefined) await this.#keep(cluster, secret, renewed);
      },
    }).then(lose);
    const bootstrap = this.#watchBootstrap(credential, both).then(lose);
    try {
      await run({ ...this.#sessionOf(credential), hub, signal: both });
    } finally {
      over.abort();
      await Promise.all([rotation, bootstrap]);
      hub.close();
    }
  }

  #sessionOf({ hub, agentName }: HubCredential): Omit<AgentSession, 'hub' | 'signal'> {
    const { clusterName, cluster, claims, clientConfigs = [], compat } = this.#options;
    const hubHash = createHash('sha256').update(hub.server).digest('hex');
    return {
      clusterName,
      agentName,
      cluster: withFacts(cluster, this.#facts),
      hubHash,
      controllers: [
        heartbeatController(clusterName),
        statusController({ clusterName, hubHash, ...claims, ...(compat && { compat }) }),
        clientConfigsController(clusterName, clientConfigs),
      ],
    };
  }

  async #bootstrap(): Promise<Kubeconfig | null> {
    const { bootstrapKubeconfig: path, signal } = this.#options;
    const { clock, log } = this.#common;
    const loaded = await loadKubeconfig({ path });
    if (loaded.ok) return loaded.kubeconfig;
    log('warn', 'cannot join yet', { why: loaded.why });
    await until(plus(clock.now(), lookEvery), clock, signal);
    return null;
  }

  async #kept(bootstrap: Kubeconfig): Promise<HubCredential | null> {
    const { clusterName, agentName, secret, cluster } = this.#options;
    const { clock, log } = this.#common;
    const wanted = { hub: addressOf(bootstrap), clusterName, ...(agentName && { agentName }) };
    const inFolder = await this.#folder.load();
    const inSecret = inFolder ?? (secret ? await loadFromSecret(cluster, secret) : null);
    if (inSecret === null) return null;
    const why = whyUnusable(inSecret, wanted, clock.now());
    if (why !== null) {
      log('info', 'the stored credential is of no use', { why });
      return null;
    }
    if (inFolder === null) this.#folder.save(inSecret);
    return inSecret;
  }

  async #keep(cluster: Cluster, place: SecretPlace, credential: HubCredential): Promise<void> {
    const answer = await saveToSecret(cluster, place, credential);
    if (answer.ok) return;
    const { reason, message } = answer;
    this.#common.log('warn', 'cannot keep the credential on the cluster', { reason, message });
  }

  /** Why the bootstrap kubeconfig no longer fits the credential; null when the signal aborts. */
  async #watchBootstrap(credential: HubCredential, signal: AbortSignal): Promise<string | null> {
    const { bootstrapKubeconfig: path, clusterName } = this.#options;
    const { clock } = this.#common;
    let known = textOf(path);
    while (!signal.aborted) {
      await until(plus(clock.now(), lookEvery), clock, signal);
      const text = textOf(path);
      if (signal.aborted || text === null || text === known) continue;
      known = text;
      const loaded = await loadKubeconfig({ path });
      if (!loaded.ok) continue;
      const wanted = { hub: addressOf(loaded.kubeconfig), clusterName };
      const why = whyUnusable(credential, wanted, clock.now());
      if (why?.startsWith('the bootstrap kubeconfig')) return why;
    }
    return null;
  }

  #connectOptions(): { readonly userAgent: string } {
    return { userAgent: this.#options.userAgent ?? 'ocm-agent' };
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
