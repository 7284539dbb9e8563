import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import { parseYaml } from '../../kube/yaml.ts';
import { CommandFailure, exit } from '../io.ts';
import { getContent } from './http.ts';
import { fetchOci } from './oci.ts';
import type { Archive, ChartSource, Fetched, Network } from './source.ts';
import { untar } from './tar.ts';
import { digest, limits, refuse } from './tree.ts';
import { pickVersion } from './versions.ts';

/** Fetches a chart from a chart server or an OCI registry. */
export async function fetchChart(
  text: string,
  source: ChartSource,
  network: Network,
): Promise<Fetched> {
  const { version, archive, expected } = source.chart.startsWith('oci://')
    ? await fetchOci(text, source, network)
    : await fetchIndexed(text, source, network);
  if (expected !== null && digest(archive) !== expected) {
    refuse(text, `its digest is ${digest(archive)}, and the server says ${expected}`);
  }
  return { resolved: version, tree: untar(text, archive) };
}

async function fetchIndexed(
  text: string,
  { chart, version }: ChartSource,
  network: Network,
): Promise<Archive> {
  const slash = chart.lastIndexOf('/');
  const [repository, name] = [chart.slice(0, slash), chart.slice(slash + 1)];
  const options = { ...network, limit: limits.download, authorization: network.credentials };
  const index = await getContent(new URL(`${repository}/index.yaml`), options);
  const read = parseYaml(index.body.toString('utf8'));
  const document = read.ok ? read.documents[0]?.value : undefined;
  const entries = isJsonObject(document) ? document['entries'] : undefined;
  const versions =
    isJsonObject(entries) && Object.hasOwn(entries, name) ? entries[name] : undefined;
  if (!Array.isArray(versions)) {
    throw new CommandFailure(exit.no, `${text}: ${repository} has no chart ${name}`);
  }
  const all = (versions as readonly Json[]).filter(isJsonObject);
  const chosen = pickVersion(text, all.map(versionOf), version);
  const entry = all.find((each) => versionOf(each) === chosen) ?? {};
  const urls = entry['urls'];
  const [url] = Array.isArray(urls) ? (urls as readonly Json[]) : [];
  if (typeof url !== 'string') throw new CommandFailure(exit.no, `${text}: it has no address`);
  const address = new URL(url, `${repository}/`);
  const { body } = await getContent(address, options);
  const told = entry['digest'];
  const expected = typeof told === 'string' ? told.replace(/^sha256:/, '') : null;
  return { version: chosen, archive: body, expected };
}

function versionOf({ version }: JsonObject): string {
  return typeof version === 'string' ? version : '';
}
