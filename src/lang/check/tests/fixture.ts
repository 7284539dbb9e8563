import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import { clusterConditions } from '../../../kube/ocm/cluster.ts';
import { parseYaml } from '../../../kube/yaml.ts';
import { folderOf, resolvePath } from '../../bind/path.ts';
import { problem } from '../../diagnostics.ts';
import { type Fields, isFields, type Value } from '../../fold/value.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { clusterFields } from '../cluster-fields.ts';
import { knownValue, textOf } from '../known.ts';
import { nameSpan, reportOn, valueSpan } from '../rules/rule.ts';
import type { Attribute, Session } from '../session.ts';
import { isBroken } from '../typed.ts';
import { checkFacts } from './facts.ts';
import { isRecordedKind, recordedFault } from './recorded.ts';

/** A fixture: clusters that were written, and objects that were recorded. */
export interface CheckedFixture {
  readonly block: Checked<'fixture'>;
  readonly clusters: readonly CheckedCluster[];
  readonly recorded: readonly RecordedObject[];
  /** Objects of the hub that were written. */
  readonly objects: readonly Checked<'object'>[];
  /** Of both. */
  readonly names: ReadonlySet<string>;
}
export interface CheckedCluster {
  readonly block: Checked<'cluster'>;
  /** With the defaults of the fixture under its own. */
  readonly fields: Fields;
}
/** An object of a file, as it is there. */
export interface RecordedObject {
  readonly path: string;
  readonly text: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly object: JsonObject;
}

/** Fixtures, each checked once. */
export function fixtures(session: Session): {
  readonly of: (block: Checked<'fixture'>) => CheckedFixture;
  readonly all: () => readonly CheckedFixture[];
} {
  const known = new Map<Checked, CheckedFixture>();
  return {
    of: (block) => {
      const fixture = known.get(block) ?? checkFixture(block, session);
      known.set(block, fixture);
      return fixture;
    },
    all: () => [...known.values()],
  };
}

function checkFixture(block: Checked<'fixture'>, session: Session): CheckedFixture {
  const defaults = knownFields(knownValue(block.values.defaults));
  const blocks = blocksOf(block.children, 'cluster');
  const clusters = blocks.flatMap((each) => {
    const fields = checkCluster(each, defaults, session);
    return fields === null ? [] : [{ block: each, fields }];
  });
  const written = new Set<string>();
  for (const each of blocks) {
    if (written.has(each.name)) {
      const params = { sort: 'cluster', name: each.name };
      reportOn(each, problem('OCM2006', nameSpan(each), params), session);
    }
    written.add(each.name);
  }
  const recorded = readRecorded(block, session);
  const names = new Set([...written, ...recorded.flatMap(clusterName)]);
  return { block, clusters, recorded, objects: blocksOf(block.children, 'object'), names };
}

function clusterName({ object }: RecordedObject): readonly string[] {
  const { kind, metadata } = object as { readonly kind?: Json; readonly metadata?: Json };
  const name = isJsonObject(metadata) ? metadata['name'] : undefined;
  return kind === 'ManagedCluster' && typeof name === 'string' ? [name] : [];
}

// A cluster that says nothing of it is available (Rule 55).
function isRequired(attribute: Attribute | null): boolean {
  if (attribute?.presence !== 'required') return false;
  const { source } = attribute;
  return source.from !== 'condition' || source.type !== clusterConditions.available;
}

/** The fields of a cluster, typed by the fleet; null where something was reported. */
function checkCluster(
  block: Checked<'cluster'>,
  defaults: Fields,
  session: Session,
): Fields | null {
  const context = { ...block.context, where: 'a cluster of a fixture' };
  const typed = session.elaborate(block.shaped.body, clusterFields(session), context);
  const own = isBroken(typed) || !typed.known ? null : knownFields(typed.value);
  if (own === null) return null;
  const fields = new Map([...defaults, ...own]);
  checkFacts(block, fields, session);
  const lacking = session
    .attributeNames()
    .filter((name) => isRequired(session.attributeOf(name)) && !fields.has(name));
  const [first, ...more] = lacking;
  if (first === undefined) return fields;
  const attribute = session.attributeOf(first);
  const at =
    attribute === null
      ? []
      : [
          {
            file: attribute.place.unit.uri,
            span: {
              start: attribute.span.start + attribute.place.base,
              end: attribute.span.end + attribute.place.base,
            },
            text: 'required here',
          },
        ];
  const others = more.map((name) => `\`${name}\``).join(', ');
  const help = [
    more.length > 0 ? `it lacks also ${others}` : 'what all clusters share can stand in `defaults`',
  ];
  const params = { cluster: block.name, attribute: first };
  reportOn(block, problem('OCM2027', nameSpan(block), params, { help, secondary: at }), session);
  return null;
}

function knownFields(value: Value | undefined): Fields {
  return value !== undefined && isFields(value) ? value : new Map();
}

function readRecorded(block: Checked<'fixture'>, session: Session): readonly RecordedObject[] {
  const glob = textOf(block.values.from);
  if (glob === undefined) return [];
  const span = valueSpan(block, 'from');
  const path = resolvePath(folderOf(block.file.uri), glob);
  if (path === null) {
    reportOn(block, problem('OCM2015', span, { path: glob }), session);
    return [];
  }
  const refuse = (file: string, why: string): readonly RecordedObject[] => {
    reportOn(block, problem('OCM2035', span, { path: file, problem: why }), session);
    return [];
  };
  const paths = /[*?]/.test(path) ? session.workspace.list(path) : [path];
  if (paths.length === 0) return refuse(glob, 'no file matches');
  return paths.flatMap((file) => {
    const text = session.workspace.read(file);
    if (text === null) return refuse(file, 'there is no such file, or it cannot be read');
    const read = parseYaml(text, 'kubernetes');
    if (!read.ok) return refuse(file, read.message);
    return read.documents.flatMap(({ value, start, end }) =>
      objectsIn(value).flatMap((object): readonly RecordedObject[] => {
        const fault = recordedFault(object);
        if (fault === null) return [{ path: file, text, span: { start, end }, object }];
        return isRecordedKind(String(object['kind'])) ? refuse(file, fault) : [];
      }),
    );
  });
}

function objectsIn(value: Json): readonly JsonObject[] {
  if (!isJsonObject(value)) return [];
  const { kind, items, metadata } = value as Readonly<Record<string, Json | undefined>>;
  if (Array.isArray(items) && typeof kind === 'string' && kind.endsWith('List')) {
    return (items as readonly Json[]).flatMap(objectsIn);
  }
  const isNamed = isJsonObject(metadata) && typeof metadata['name'] === 'string';
  return isNamed && typeof kind === 'string' ? [value] : [];
}
