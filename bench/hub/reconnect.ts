import type { TLSSocket } from 'node:tls';
import { namespaceKind } from '../../src/kube/core.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { manifestWorkKind, workGroup } from '../../src/kube/ocm/work.ts';
import { CredentialSource, type TlsMaterial } from '../../src/runtime/client/credentials.ts';
import type { Row } from '../row.ts';
import { openWatch } from './agent-connection.ts';
import { atRest, eachAlone, rowOf, spending } from './beside.ts';
import { createAll, requireSame } from './load.ts';
import type { Server } from './server.ts';

const agents = 10_000;
/** One agent in twenty has missed something. */
const every = 20;
const patienceMillis = 900_000;

/** Ten thousand agents come back at once, each by a connection of its own, and get what they missed. */
export async function reconnect10k(): Promise<Row> {
  const { ours, peer } = await eachAlone(reconnect);
  if (peer !== null) requireSame(ours.heard, peer.heard, 'what the watches showed');
  return rowOf({
    name: 'reconnect-10k',
    unit: 's',
    ours: ours.spent.millis / 1000,
    peer: peer === null ? null : peer.spent.millis / 1000,
    spent: ours.spent,
    peerSpent: peer?.spent ?? null,
    note: `${agents} agents, each with a TLS connection and a certificate, go on with the watch of their works where it broke off, all at once, until each is answered and ${agents / every} have the work they missed; then a work for ${agents / every} others arrives in each of their watches; ${ours.retries} connections were refused and tried again a second later${peer === null ? '' : `, ${peer.retries} by the peer`}; the client that plays them shares the cores; what handshakes alone cost is in bench/hub/floors.md`,
  });
}

async function reconnect(server: Server) {
  const { cluster, kubeconfig } = server;
  const names = Array.from({ length: agents }, (_, at) => `bench-${String(at).padStart(5, '0')}`);
  const missing = names.filter((_, at) => at % every === 0);
  const later = names.filter((_, at) => at % every === 1);
  await createAll(cluster, [...missing, ...later].map(namespaceOf));
  const listed = await cluster.list(manifestWorkKind);
  if (!listed.ok) throw new Error(listed.message);
  await createAll(cluster, missing.map(workOf));
  // ours makes accounts in new namespaces; kube-apiserver has nobody who would
  await atRest(server);
  const { tls } = await new CredentialSource(kubeconfig.credentials).get();
  const fleet = new WatchingFleet(new URL(kubeconfig.server), tls, listed.value.resourceVersion);
  try {
    const spent = await spending(server, () => fleet.open(names, missing));
    await createAll(cluster, later.map(workOf));
    await fleet.untilHeard(later);
    return { spent, heard: fleet.heard(), retries: fleet.retries };
  } finally {
    fleet.close();
  }
}

function namespaceOf(name: string): KubeObject {
  return { apiVersion: 'v1', kind: namespaceKind.kind, metadata: { name } };
}

function workOf(namespace: string): KubeObject {
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', namespace: 'default' },
  };
  return {
    apiVersion: `${workGroup}/v1`,
    kind: 'ManifestWork',
    metadata: { name: 'work', namespace },
    spec: { workload: { manifests: [manifest] } },
  };
}

/** The agents of all clusters, and what each has heard. */
class WatchingFleet {
  readonly #server: URL;
  readonly #tls: TlsMaterial;
  readonly #from: string;
  readonly #sockets = new Map<string, TLSSocket>();
  readonly #open = new Set<string>();
  readonly #heard = new Map<string, string[]>();
  /** Connections that were tried again a second later. */
  retries = 0;
  #closing = false;
  #progress = (): void => undefined;
  #fail = (_: Error): void => undefined;

  constructor(server: URL, tls: TlsMaterial, from: string) {
    this.#server = server;
    this.#tls = tls;
    this.#from = from;
  }

  /** All at once; until each is answered, and those who missed something have it. */
  async open(names: readonly string[], missing: readonly string[]): Promise<void> {
    const all = this.#until(
      () => this.#open.size === names.length && missing.every((name) => this.#heard.has(name)),
    );
    for (const name of names) this.#watch(name);
    await all;
  }

  untilHeard(names: readonly string[]): Promise<void> {
    return this.#until(() => names.every((name) => this.#heard.has(name)));
  }

  /** Events by agent, in order of names. */
  heard(): readonly (readonly [string, readonly string[]])[] {
    return [...this.#heard].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  close(): void {
    this.#closing = true;
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #watch(name: string): void {
    if (this.#closing) return;
    const of = `/apis/${workGroup}/v1/namespaces/${name}/manifestworks`;
    const path = `${of}?watch=true&timeoutSeconds=600&resourceVersion=${this.#from}`;
    const socket = openWatch(this.#server, this.#tls, path, {
      open: () => {
        this.#open.add(name);
        this.#progress();
      },
      line: (text) => {
        const { type, object } = JSON.parse(text);
        const { metadata, spec } = object;
        const event = JSON.stringify([type, metadata?.namespace, metadata?.name, spec]);
        this.#heard.set(name, [...(this.#heard.get(name) ?? []), event]);
        this.#progress();
      },
      failed: (why) => {
        if (this.#closing || this.#sockets.get(name) !== socket) return;
        if (this.#open.has(name)) this.#fail(new Error(`${name}: ${why}`));
        else this.#again(name);
      },
    });
    this.#sockets.set(name, socket);
  }

  /** As every client does whose connection was not taken. */
  #again(name: string): void {
    this.#sockets.get(name)?.destroy();
    this.#sockets.delete(name);
    this.retries += 1;
    setTimeout(() => this.#watch(name), 1000);
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () =>
        reject(new Error(`${this.#open.size} watches are open, ${this.#heard.size} have heard`));
      const timer = setTimeout(late, patienceMillis);
      this.#fail = (error) => {
        clearTimeout(timer);
        reject(error);
      };
      this.#progress = () => {
        if (!holds()) return;
        clearTimeout(timer);
        resolve();
      };
      this.#progress();
    });
  }
}
