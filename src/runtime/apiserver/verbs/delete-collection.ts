import type { Stored } from '../../store/store.ts';
import type { Api } from '../api.ts';
import { Refusal } from '../refusal.ts';
import type { DeleteOptions } from '../request/delete-options.ts';
import type { ListOptions } from '../request/options.ts';
import type { Call } from './call.ts';
import { deleteObject } from './delete.ts';
import { type Listed, listObjects } from './list.ts';

/** So many deletions wait for the disk together. */
const width = 64;

/** Deletes every object that is meant; what somebody else deletes meanwhile is no failure. */
export async function deleteCollection(
  api: Api,
  call: Call,
  which: ListOptions,
  options: DeleteOptions,
): Promise<Listed | Refusal> {
  const listed = await listObjects(api, call, which);
  if (listed instanceof Refusal) return listed;
  for (let at = 0; at < listed.items.length; at += width) {
    const outcomes = await Promise.all(
      listed.items.slice(at, at + width).map((stored) => deleteOne(api, call, options, stored)),
    );
    const failed = outcomes.find((outcome) => outcome !== null);
    if (failed !== undefined && failed !== null) return failed;
  }
  return listed;
}

async function deleteOne(
  api: Api,
  call: Call,
  options: DeleteOptions,
  { key }: Stored,
): Promise<Refusal | null> {
  const { namespace, name } = key;
  const outcome = await deleteObject(api, { ...call, namespace, name }, options);
  return outcome instanceof Refusal && outcome.code !== 404 ? outcome : null;
}
