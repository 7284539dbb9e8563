import type { Stored, StoreList } from '../../store/store.ts';
import { parseJson, printJson } from '../../store/text.ts';
import type { Api } from '../api.ts';
import { type Form, metadataText } from '../output/form.ts';
import { tableText } from '../output/table.ts';
import { badRequest, expired, futureVersion, Refusal } from '../refusal.ts';
import type { ListOptions } from '../request/options.ts';
import {
  convertAhead,
  groupVersion,
  objectIn,
  type Resource,
  textIn,
} from '../resources/resource.ts';
import { type Call, keyOf } from './call.ts';
import { type Selection, selectionOf } from './selection.ts';

/** A list as it goes out. */
export interface Listed {
  readonly revision: number;
  readonly items: readonly Stored[];
  readonly continue: string | null;
  /** Unknown where selectors leave objects out. */
  readonly remaining: number | null;
}

/** One page of a collection, as of one revision; its objects can be shown. */
export async function listObjects(
  api: Api,
  call: Call,
  options: ListOptions,
): Promise<Listed | Refusal> {
  const selection = selectionOf(call, options);
  if (selection instanceof Refusal) return selection;
  const start = startOf(api, options);
  if (start instanceof Refusal) return start;
  if (selection.name !== null && start.after === undefined && start.at === undefined) {
    return oneNamed(api, call, selection, selection.name);
  }
  return options.limit === 0 && start.after === undefined
    ? everything(api, call, selection, start)
    : page(api, call, selection, { ...start, limit: options.limit });
}

/** The collection in the store that a call is about. */
export function placeOf(call: Call) {
  const { group, resource, namespace } = keyOf(call, '');
  return { group, resource, namespace };
}

interface Start {
  readonly at?: number;
  readonly after?: string;
}

function startOf(api: Api, options: ListOptions): Start | Refusal {
  const { resourceVersion, resourceVersionMatch, limit } = options;
  if (options.continue !== '') return continueOf(options);
  if (resourceVersion === null || resourceVersion === 0) return {};
  if (resourceVersion > api.store.revision) {
    return futureVersion(resourceVersion, api.store.revision);
  }
  // without a match a limit has always meant this very revision
  const exact = resourceVersionMatch === 'Exact' || (resourceVersionMatch === null && limit > 0);
  return exact ? { at: resourceVersion } : {};
}

function continueOf(options: ListOptions): Start | Refusal {
  const { resourceVersion } = options;
  if (resourceVersion !== null && resourceVersion !== 0) {
    return badRequest('specifying resource version is not allowed when using continue');
  }
  const token = readToken(options.continue);
  if (token === null)
    return badRequest('invalid continue token: continue key is not valid: it cannot be read');
  return token.at < 0 ? { after: token.after } : token;
}

async function oneNamed(
  api: Api,
  call: Call,
  selection: Selection,
  name: string,
): Promise<Listed | Refusal> {
  const { revision } = api.store;
  const items = await selected(call, selection, allNamed(api, call, name));
  if (items instanceof Refusal) return items;
  return { revision, items, continue: null, remaining: null };
}

function allNamed(api: Api, call: Call, name: string): readonly Stored[] {
  const { resource, namespace } = call;
  if (resource.namespaced && namespace === '') {
    const all = api.store.list(placeOf(call));
    return typeof all === 'string' ? [] : all.items.filter(({ key }) => key.name === name);
  }
  const stored = api.store.get(keyOf(call, name));
  return stored === undefined ? [] : [stored];
}

async function everything(
  api: Api,
  call: Call,
  selection: Selection,
  start: Start,
): Promise<Listed | Refusal> {
  const list = api.store.list(placeOf(call), start);
  if (typeof list === 'string') return tooOld(api, start);
  const items = await selected(call, selection, list.items);
  if (items instanceof Refusal) return items;
  return { revision: list.revision, items, continue: null, remaining: null };
}

/** Those that are meant. They are converted first, because selectors look at what is shown. */
export async function selected(
  { resource }: Call,
  selection: Selection,
  all: readonly Stored[],
): Promise<readonly Stored[] | Refusal> {
  const refusal = await convertAhead(resource, all);
  if (refusal !== null) return refusal;
  return selection.all ? all : all.filter(selection.selects);
}

const chunk = 500;

async function page(
  api: Api,
  call: Call,
  selection: Selection,
  start: Start & { readonly limit: number },
): Promise<Listed | Refusal> {
  const limit = start.limit === 0 ? Number.POSITIVE_INFINITY : start.limit;
  const items: Stored[] = [];
  let { after, at } = start;
  for (;;) {
    const missing = limit - items.length;
    const list: StoreList | string = api.store.list(placeOf(call), {
      ...(at !== undefined && { at }),
      ...(after !== undefined && { after }),
      limit: selection.all ? missing : Math.max(missing, chunk),
    });
    if (typeof list === 'string') return tooOld(api, start);
    at = list.revision;
    const found = await selected(call, selection, list.items);
    if (found instanceof Refusal) return found;
    items.push(...found.slice(0, missing));
    const cut = found.length > missing;
    const end = cut ? cursorOf(items.at(-1)) : list.next;
    if (end === null) return { revision: at, items, continue: null, remaining: null };
    if (cut || items.length >= limit) {
      const remaining = selection.all ? list.remaining : null;
      return { revision: at, items, continue: writeToken({ at, after: end }), remaining };
    }
    after = end;
  }
}

function cursorOf(stored: Stored | undefined): string | null {
  return stored === undefined ? null : `${stored.key.namespace}/${stored.key.name}`;
}

function tooOld(api: Api, { at, after }: Start): Refusal {
  if (after === undefined) {
    return expired(`The provided resource version is too old: ${at} (${api.store.revision})`);
  }
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';
  return expired(message, writeToken({ at: -1, after }));
}

function writeToken({ at, after }: { readonly at: number; readonly after: string }): string {
  const token = { v: 'meta.k8s.io/v1', rv: at, start: `${after}\0` };
  return Buffer.from(JSON.stringify(token)).toString('base64url');
}

function readToken(text: string): { readonly at: number; readonly after: string } | null {
  try {
    const token = parseJson(Buffer.from(text, 'base64url').toString('utf8')) as {
      rv?: unknown;
      start?: unknown;
    };
    const { rv, start } = token;
    if (typeof rv !== 'number' || !Number.isSafeInteger(rv)) return null;
    if (typeof start !== 'string' || !start.includes('/')) return null;
    if (start.split('/').includes('..')) return null;
    return { at: rv, after: start.replace(/\0$/, '') };
  } catch {
    return null;
  }
}

/** JSON of a list, in pieces: the texts of the objects are written as they are. */
export function* listText(
  resource: Resource,
  form: Form,
  listed: Listed,
  now: number,
): IterableIterator<string> {
  const metadata = {
    resourceVersion: String(listed.revision),
    ...(listed.continue !== null && { continue: listed.continue }),
    ...(listed.remaining !== null && { remainingItemCount: listed.remaining }),
  };
  if (form.as === 'Table') {
    const objects = listed.items.map((stored) => objectIn(resource, stored));
    yield tableText({ resource, form, objects, metadata, now });
    return;
  }
  const partial = form.as === 'PartialObjectMetadata';
  const kind = partial ? 'PartialObjectMetadataList' : resource.listKind;
  const apiVersion = partial ? `meta.k8s.io/${form.version}` : groupVersion(resource);
  const head = printJson({ kind, apiVersion, metadata });
  let piece = `${head.slice(0, -1)},"items":[`;
  let comma = '';
  for (const stored of listed.items) {
    const text = partial
      ? metadataText(form, objectIn(resource, stored))
      : textIn(resource, stored);
    piece += comma + text;
    comma = ',';
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}\n`;
}

const pieceLength = 256 * 1024;
