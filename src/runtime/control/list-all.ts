import type { KubeObject } from '../../kube/object.ts';
import type { Answer, Cluster, ListOf, ListOptions } from '../client/cluster.ts';
import type { Source } from './informer.ts';

const pageSize = 500;

/** Lists a source page by page, and in one piece where its pages expire under way (410). */
export async function listAll(
  cluster: Cluster,
  source: Source,
): Promise<Answer<ListOf<KubeObject>>> {
  const { kind, ...options } = source;
  const paged = await listPages(cluster, source, { ...options, limit: pageSize });
  return paged.ok || paged.status !== 410 ? paged : cluster.list(kind, options);
}

async function listPages(
  cluster: Cluster,
  { kind }: Source,
  options: ListOptions,
): Promise<Answer<ListOf<KubeObject>>> {
  const items: KubeObject[] = [];
  let page = await cluster.list(kind, options);
  while (page.ok) {
    for (const item of page.value.items) items.push(item);
    const { resourceVersion, continue: next } = page.value;
    if (!next) return { ok: true, value: { resourceVersion, items } };
    page = await cluster.list(kind, { ...options, continue: next });
  }
  return page;
}
