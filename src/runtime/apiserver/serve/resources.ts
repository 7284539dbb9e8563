import { isJsonObject } from '../../../base/json.ts';
import type { KubeObject } from '../../../kube/object.ts';
import { printJson } from '../../store/text.ts';
import type { Api } from '../api.ts';
import { acceptedTypes, negotiate } from '../http/accept.ts';
import { decodeBody, decodeJson, isJsonType, mediaType } from '../http/body.ts';
import { duplicateFields } from '../http/duplicates.ts';
import type { Exchange } from '../http/exchange.ts';
import { noOddNumbers, oddNumbers } from '../http/odd-numbers.ts';
import { type Decoded, decodeObject } from '../objects/decode.ts';
import { type Form, formOf, objectText, storedText } from '../output/form.ts';
import {
  badRequest,
  futureVersion,
  methodNotAllowed,
  methodNotSupported,
  noSuchResource,
  notAcceptable,
  notFound,
  Refusal,
  unsupportedMediaType,
} from '../refusal.ts';
import {
  type DeleteOptions,
  deleteOptionsOfBody,
  deleteOptionsOfQuery,
} from '../request/delete-options.ts';
import { parseListOptions, parseVersion, parseWriteOptions } from '../request/options.ts';
import type { Requester } from '../request/requester.ts';
import type { ResourceTarget } from '../request/target.ts';
import { convertAnew, type Resource, resourceName } from '../resources/resource.ts';
import { type Call, keyOf, type WriteCall, type WriteOutcome } from '../verbs/call.ts';
import { createObject } from '../verbs/create.ts';
import { deleteObject } from '../verbs/delete.ts';
import { deleteCollection } from '../verbs/delete-collection.ts';
import { listObjects, listText } from '../verbs/list.ts';
import { patchObject } from '../verbs/patch.ts';
import { review } from '../verbs/reviews.ts';
import { patchScale, putScale, readScale } from '../verbs/scale.ts';
import { requestToken } from '../verbs/token-request.ts';
import { updateObject } from '../verbs/update.ts';
import { answerText, refuse } from './answer.ts';
import { serveWatch } from './watch.ts';

/** What a request for a resource is answered from. */
export interface ResourceRequest {
  readonly api: Api;
  readonly exchange: Exchange;
  readonly call: Call;
  readonly form: Form;
  /** Whether it would still be let in. */
  readonly may: () => boolean;
}

/** Answers a request for an object, a part of one, or a collection. */
export async function serveResource(
  api: Api,
  exchange: Exchange,
  target: ResourceTarget,
  { requester, may }: { readonly requester: Requester; readonly may: () => boolean },
): Promise<void> {
  const call = callOf(api, exchange, target, requester);
  if (call instanceof Refusal) return refuse(exchange, call);
  const accepted = negotiate(exchange.header('accept'));
  if (accepted === null) return refuse(exchange, notAcceptable(acceptedTypes));
  const form = formOf(accepted, exchange.query);
  if (form instanceof Refusal) return refuse(exchange, form);
  if (call.resource.warning !== null) call.warnings.push(call.resource.warning);
  const refusal = await (call.name === '' ? collection : single)({
    api,
    exchange,
    call,
    form,
    may,
  });
  if (refusal !== null) return refuse(exchange, refusal);
}

/** null: it was answered. */
type Served = Promise<Refusal | null>;

function callOf(
  api: Api,
  exchange: Exchange,
  target: ResourceTarget,
  requester: Requester,
): Call | Refusal {
  const { group, version, subresource, name } = target;
  const resource = api.catalog.find(group, version, target.resource);
  if (resource === undefined) return noSuchResource();
  // a right in a namespace is none to what lies in no namespace: `namespaces/a/namespaces/b` is not served
  const namespace = target.inNamespace ? target.namespace : '';
  if (namespace !== '' && !resource.namespaced) return noSuchResource();
  if (namespace === '' && resource.namespaced && name !== '') return noSuchResource();
  // what is only asked is never kept, so there is nothing of any name
  if (name !== '' && resource.storage === null) return noSuchResource();
  if (subresource !== '' && !hasPart(resource, subresource)) {
    // apiextensions looks for the object where others look for the path
    return resource.custom ? notFound(resourceName(resource), name) : noSuchResource();
  }
  const { warnings } = exchange;
  return { resource, subresource, namespace, name, requester, warnings };
}

function hasPart(resource: Resource, subresource: string): boolean {
  if (subresource === 'status') return resource.status;
  if (subresource === 'scale') return resource.scale !== null;
  return resource.subresources.includes(subresource);
}

function collection(request: ResourceRequest): Served {
  const { exchange, call } = request;
  const { resource, namespace } = call;
  const has = (verb: string) => resource.verbs.includes(verb);
  // objects are made and deleted in one namespace at a time
  const inPlace = !resource.namespaced || namespace !== '';
  switch (exchange.method) {
    case 'GET':
      return has('list') ? serveList(request) : Promise.resolve(methodNotAllowed());
    case 'POST':
      return has('create') && inPlace ? serveCreate(request) : Promise.resolve(methodNotAllowed());
    case 'DELETE':
      return has('deletecollection') && inPlace
        ? serveDeleteCollection(request)
        : Promise.resolve(methodNotAllowed());
    case 'PUT':
      return Promise.resolve(
        resource.custom ? badRequest('name must be provided') : methodNotAllowed(),
      );
    default:
      return Promise.resolve(methodNotAllowed());
  }
}

function single(request: ResourceRequest): Served {
  const { exchange, call } = request;
  const { resource, subresource } = call;
  const has = (verb: string) => resource.verbs.includes(verb);
  const part = subresource !== '';
  if (subresource === 'token') {
    return exchange.method === 'POST' ? serveToken(request) : Promise.resolve(methodNotAllowed());
  }
  if (subresource === 'scale') return serveScale(request);
  switch (exchange.method) {
    case 'GET':
      return has('get') && subresource !== 'finalize'
        ? serveGet(request)
        : Promise.resolve(methodNotAllowed());
    case 'PUT':
      return has('update') ? serveUpdate(request) : Promise.resolve(methodNotAllowed());
    case 'PATCH':
      return has('patch') && subresource !== 'finalize'
        ? servePatch(request)
        : Promise.resolve(methodNotAllowed());
    case 'DELETE':
      if (has('delete') && !part) return serveDelete(request);
      return Promise.resolve(
        resource.custom ? methodNotSupported(resourceName(resource), 'delete') : methodNotAllowed(),
      );
    default:
      return Promise.resolve(methodNotAllowed());
  }
}

async function serveGet({ api, exchange, call, form }: ResourceRequest): Served {
  const { resource, name } = call;
  const wanted = parseVersion(exchange.query.get('resourceVersion') ?? '', 'resourceVersion');
  if (wanted instanceof Refusal) return wanted;
  if (wanted !== null && wanted > api.store.revision) {
    return futureVersion(wanted, api.store.revision);
  }
  const stored = api.store.get(keyOf(call, name));
  if (stored === undefined) return notFound(resourceName(resource), name);
  const unprepared = await convertAnew(resource, stored);
  if (unprepared !== null) return unprepared;
  await answerText(exchange, 200, storedText(resource, form, stored, api.now()));
  return null;
}

async function serveList(request: ResourceRequest): Served {
  const { api, exchange, call, form } = request;
  const options = parseListOptions(exchange.query);
  if (options instanceof Refusal) return options;
  if (options.watch) return serveWatch(request, options);
  const listed = await listObjects(api, call, options);
  if (listed instanceof Refusal) return listed;
  await answerText(exchange, 200, listText(call.resource, form, listed, api.now()));
  return null;
}

async function serveCreate(request: ResourceRequest): Served {
  const { api, exchange, call } = request;
  const write = writeCall(request, 'CreateOptions');
  if (write instanceof Refusal) return write;
  const decoded = await decodedBody(exchange, call.resource);
  if (decoded instanceof Refusal) return decoded;
  const { requester, resource, namespace } = call;
  const { authorizer, tokens } = api;
  const answered = review({
    ...{ resource, requester, authorizer, tokens, namespace, object: decoded.object },
    now: api.now(),
  });
  if (answered instanceof Refusal) return answered;
  if (answered !== null) {
    await answerText(exchange, 201, printJson(answered));
    return null;
  }
  if (resource.storage === null) return methodNotAllowed();
  return answerWrite(request, await createObject(api, write, decoded));
}

async function serveUpdate(request: ResourceRequest): Served {
  const { api, exchange, call } = request;
  const write = writeCall(request, 'UpdateOptions');
  if (write instanceof Refusal) return write;
  const decoded = await decodedBody(exchange, call.resource);
  if (decoded instanceof Refusal) return decoded;
  const { name } = decoded.object.metadata;
  if (name === '') {
    return badRequest(
      `the name of the object (${call.name} based on URL) was undeterminable: name must be provided`,
    );
  }
  if (name !== call.name) {
    return badRequest(
      `the name of the object (${name}) does not match the name on the URL (${call.name})`,
    );
  }
  const { createsOnUpdate } = call.resource.rules;
  const outcome = await updateObject(api, write, {
    next: () => decoded,
    absent: createsOnUpdate ? () => decoded : null,
  });
  return answerWrite(request, outcome);
}

async function servePatch(request: ResourceRequest): Served {
  const { api, exchange } = request;
  const write = writeCall(request, 'PatchOptions');
  if (write instanceof Refusal) return write;
  const body = await exchange.body();
  if (body instanceof Refusal) return body;
  const type = mediaType(exchange.header('content-type'));
  return answerWrite(request, await patchObject(api, write, type, body));
}

async function serveDelete(request: ResourceRequest): Served {
  const { api, exchange, call } = request;
  const options = await deleteOptions(exchange);
  if (options instanceof Refusal) return options;
  const outcome = await deleteObject(api, call, options);
  if (outcome instanceof Refusal) return outcome;
  const waits = !outcome.gone && options.orphanDependents === false;
  await answerText(exchange, waits ? 202 : 200, outcome.text);
  return null;
}

async function serveDeleteCollection(request: ResourceRequest): Served {
  const { api, exchange, call, form } = request;
  const options = await deleteOptions(exchange);
  if (options instanceof Refusal) return options;
  const which = parseListOptions(exchange.query);
  if (which instanceof Refusal) return which;
  const listed = await deleteCollection(api, call, which, options);
  if (listed instanceof Refusal) return listed;
  await answerText(exchange, 200, listText(call.resource, form, listed, api.now()));
  return null;
}

async function serveScale(request: ResourceRequest): Served {
  const { api, exchange, call } = request;
  const answer = async (scale: KubeObject | Refusal): Served => {
    if (scale instanceof Refusal) return scale;
    await answerText(exchange, 200, printJson(scale));
    return null;
  };
  if (exchange.method === 'GET') return answer(await readScale(api, call));
  const patches = exchange.method === 'PATCH';
  if (exchange.method !== 'PUT' && !patches) return methodNotAllowed();
  const write = writeCall(request, patches ? 'PatchOptions' : 'UpdateOptions');
  if (write instanceof Refusal) return write;
  const body = await exchange.body();
  if (body instanceof Refusal) return body;
  const contentType = exchange.header('content-type');
  if (patches) return answer(await patchScale(api, write, mediaType(contentType), body));
  const value = decodeBody(body, contentType, 'Scale');
  if (value instanceof Refusal) return value;
  const odd = isJsonType(contentType) ? oddNumbers(body.toString('utf8')) : noOddNumbers;
  return answer(await putScale(api, write, { value, odd }));
}

async function serveToken({ api, exchange, call }: ResourceRequest): Served {
  const body = await parsedBody(exchange, 'TokenRequest');
  if (body instanceof Refusal) return body;
  const request = api.catalog.find('', 'v1', 'serviceaccounts');
  if (request === undefined) return noSuchResource();
  const decoded = decodeObject({ ...request, ...tokenRequestKind }, body);
  if (decoded instanceof Refusal) return decoded;
  const { store, issuer } = api;
  const answered = requestToken({ store, issuer, call, object: decoded.object, now: api.now() });
  if (answered instanceof Refusal) return answered;
  await answerText(exchange, 201, printJson(answered));
  return null;
}

const tokenRequestKind = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' };

async function answerWrite(
  { api, exchange, call, form }: ResourceRequest,
  outcome: WriteOutcome | Refusal,
): Served {
  if (outcome instanceof Refusal) return outcome;
  const text =
    form.as === 'Object'
      ? outcome.text
      : objectText(call.resource, form, outcome.object, api.now());
  await answerText(exchange, outcome.created ? 201 : 200, text);
  return null;
}

function writeCall(
  { exchange, call }: ResourceRequest,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
): WriteCall | Refusal {
  const options = parseWriteOptions(exchange.query, kind);
  if (options instanceof Refusal) return options;
  const agent = (exchange.header('user-agent') ?? '').split('/', 1)[0] ?? '';
  const manager = options.fieldManager || agent.replaceAll(/\p{C}/gu, '');
  return { ...call, options, manager };
}

/** The object in the body, and which of its fields are there twice. */
async function decodedBody(exchange: Exchange, resource: Resource): Promise<Decoded | Refusal> {
  const body = await exchange.body();
  if (body instanceof Refusal) return body;
  const contentType = exchange.header('content-type');
  const value = decodeBody(body, contentType, resource.kind);
  if (value instanceof Refusal) return value;
  if (!isJsonType(contentType)) return decodeObject(resource, value);
  const text = body.toString('utf8');
  const decoded = decodeObject(resource, value, resource.custom ? noOddNumbers : oddNumbers(text));
  return decoded instanceof Refusal ? decoded : { ...decoded, duplicates: duplicateFields(text) };
}

async function parsedBody(exchange: Exchange, kind: string): Promise<unknown> {
  const body = await exchange.body();
  if (body instanceof Refusal) return body;
  return decodeBody(body, exchange.header('content-type'), kind);
}

async function deleteOptions(exchange: Exchange): Promise<DeleteOptions | Refusal> {
  const body = await exchange.body();
  if (body instanceof Refusal) return body;
  if (body.length === 0) return deleteOptionsOfQuery(exchange.query);
  const parsed = decodeBody(body, exchange.header('content-type'), 'DeleteOptions');
  if (parsed instanceof Refusal) return parsed;
  if (parsed !== null && !isJsonObject(parsed)) {
    return badRequest("couldn't get version/kind; json parse error: the options are no object");
  }
  // `{}` says nothing: what the query says counts
  const said = isJsonObject(parsed) && Object.keys(parsed).length > 0;
  return said ? deleteOptionsOfBody(parsed) : deleteOptionsOfQuery(exchange.query);
}
