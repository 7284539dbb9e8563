import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type { IrExpr, IrRecordItem } from '../../ir/expr.ts';
import { apiVersionOf } from '../../kube/object.ts';
import type { Checked } from '../check/checked.ts';
import { irOf } from '../check/typed.ts';
import { toJson } from '../fold/value.ts';

/** The object a block describes, where it is known while compiling; null where something was reported. */
export function objectOf({ kind, manifest, name }: Checked): JsonObject | null {
  if (kind === null || manifest?.known !== true || manifest.value === undefined) return null;
  const body = toJson(manifest.value);
  if (!isJsonObject(body)) return null;
  const { metadata: written, ...rest } = body as { readonly metadata?: Json };
  const metadata = { ...(name === '' ? {} : { name }), ...(isJsonObject(written) ? written : {}) };
  const isSaid = written !== undefined || name !== '';
  return {
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    ...(isSaid ? { metadata } : {}),
    ...rest,
  };
}

/** The object a block describes as an expression, to be evaluated later; null where something was reported. */
export function objectExpr(block: Checked): IrExpr | null {
  const { kind, manifest, lateName } = block;
  const known = lateName === null ? objectOf(block) : null;
  if (known !== null) return constant(known);
  if (kind === null || manifest === null || (manifest.known && lateName === null)) return null;
  const name = lateName?.ir ?? (block.name === '' ? null : constant(block.name));
  const identity = [field('apiVersion', apiVersionOf(kind)), field('kind', kind.kind)];
  const ir = partsOf(irOf(manifest));
  if (ir.op !== 'record' || !isPlain(ir.items)) {
    const whole: IrExpr = { op: 'record', items: [...identity, { item: 'spread', of: ir }] };
    if (name === null) return whole;
    const named = recordOf('metadata', recordOf('name', name));
    return { op: 'call', function: 'merge', args: [whole, named] };
  }
  const rest = ir.items.filter((item) => !isMetadata(item));
  const written = ir.items.find(isMetadata);
  const metadata = withName(name, written?.item === 'field' ? written.value : null);
  const items: readonly IrRecordItem[] =
    metadata === null ? [] : [{ item: 'field', key: 'metadata', value: metadata }];
  return { op: 'record', items: [...identity, ...items, ...rest] };
}

// A body that is known, beside a name that is not, is a record of constants.
function partsOf(ir: IrExpr): IrExpr {
  if (ir.op !== 'const' || !isJsonObject(ir.value)) return ir;
  const items = Object.entries(ir.value).map(
    ([key, value]): IrRecordItem => ({ item: 'field', key, value: constant(value ?? null) }),
  );
  return { op: 'record', items };
}

function recordOf(key: string, value: IrExpr): IrExpr {
  return { op: 'record', items: [{ item: 'field', key, value }] };
}

function constant(value: Json): IrExpr {
  return { op: 'const', type: 'json', value };
}

function field(key: string, value: string): IrRecordItem {
  return { item: 'field', key, value: constant(value) };
}

function isMetadata(item: IrRecordItem): boolean {
  return item.item === 'field' && item.key === 'metadata';
}

/** Whether the metadata can only be what one field says: nothing spread, looped or branched may bring another. */
function isPlain(items: readonly IrRecordItem[]): boolean {
  return items.every((item) => item.item === 'field' || !mayGiveMetadata(item));
}

function mayGiveMetadata(item: IrRecordItem): boolean {
  switch (item.item) {
    case 'field':
      return item.key === 'metadata';
    case 'spread':
      return true;
    case 'for':
      return item.items.some(mayGiveMetadata);
    case 'if':
      return [...item.yes, ...item.no].some(mayGiveMetadata);
  }
}

function withName(name: IrExpr | null, metadata: IrExpr | null): IrExpr | null {
  if (name === null) return metadata;
  const named: IrRecordItem = { item: 'field', key: 'name', value: name };
  if (metadata === null) return { op: 'record', items: [named] };
  if (name.op === 'const' && metadata.op === 'const' && isJsonObject(metadata.value)) {
    return constant({ name: name.value, ...metadata.value });
  }
  const of = partsOf(metadata);
  if (of.op === 'record' && of.items.every((item) => item.item === 'field')) {
    return { op: 'record', items: [named, ...of.items] };
  }
  // The name stays first in order, and last in what counts.
  return { op: 'record', items: [named, { item: 'spread', of }, named] };
}
