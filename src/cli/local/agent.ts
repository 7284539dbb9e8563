import { agentControllers } from '../../runtime/agent/controllers.ts';
import { stayRegistered } from '../../runtime/agent/registration/agent.ts';
import { connect } from '../../runtime/client/kube.ts';
import { loadKubeconfig } from '../../runtime/client/kubeconfig.ts';
import { runControllers } from '../../runtime/control/run.ts';
import { CommandFailure, exit, type Io } from '../io.ts';
import { textLog } from '../terminal/log.ts';
import { version } from '../version.ts';
import { agentDefinitions, bringDefinitions } from './definitions.ts';
import { ofAbort } from './wait.ts';

export interface RunAgentOptions {
  readonly bootstrapKubeconfig: string;
  readonly clusterKubeconfig: string;
  readonly clusterName: string;
  readonly agentName?: string;
  /** Where the credential is kept. */
  readonly data: string;
  readonly compat?: string;
  /** Whether to bring the kinds the agent needs to the cluster. */
  readonly definitions: boolean;
}

/** Keeps a cluster registered and carries out works and policies there until the signal aborts. */
export async function runAgent(options: RunAgentOptions, io: Io): Promise<void> {
  const log = textLog(io);
  const loaded = await loadKubeconfig({ path: options.clusterKubeconfig });
  if (!loaded.ok) throw new CommandFailure(exit.environment, loaded.why);
  const cluster = connect(loaded.kubeconfig, { userAgent: `ocm-agent/${version}` });
  if (options.definitions) await bringDefinitions(cluster, agentDefinitions());
  await stayRegistered(
    {
      bootstrapKubeconfig: options.bootstrapKubeconfig,
      cluster,
      clusterName: options.clusterName,
      folder: options.data,
      ...(options.agentName && { agentName: options.agentName }),
      ...(options.compat === 'upstream' && { compat: 'upstream' as const }),
      clientConfigs: [
        {
          url: loaded.kubeconfig.server,
          ...(loaded.kubeconfig.caPem !== null && {
            caBundle: Buffer.from(loaded.kubeconfig.caPem).toString('base64'),
          }),
        },
      ],
      log,
      signal: io.signal,
    },
    async (session) => {
      const { clusterName, agentName } = session;
      const running = runControllers({
        controllers: [
          ...session.controllers,
          ...agentControllers({ clusterName, hub: session.hub.address, agentId: agentName }),
        ],
        clusters: { hub: session.hub, cluster: session.cluster },
        signal: session.signal,
        log,
      });
      await Promise.race([running.ready, ofAbort(session.signal)]);
      log('info', 'registered', { cluster: clusterName, agent: agentName });
      await ofAbort(session.signal);
    },
  );
  cluster.close();
}
