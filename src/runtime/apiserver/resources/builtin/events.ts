import { utf8Length } from '../../../../kube/go-text.ts';
import { qualifiedNameFaults } from '../../../../kube/names.ts';
import type { KubeObject } from '../../../../kube/object.ts';
import { type FieldError, invalid, required } from '../../../../kube/schema/field-error.ts';
import { type Conversion, ShownObject } from '../conversion.ts';
import type { Rules } from '../rules.ts';
import { field, struct, textOf } from './fields.ts';

/** Names of fields in events.k8s.io, and in the core group (pkg/apis/events/v1/conversion.go). */
const renamed: readonly (readonly [string, string])[] = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
];

const toCore = new Map(renamed);
const fromCore = new Map(renamed.map(([named, core]) => [core, named] as const));

/** Events are stored as the core group has them. */
export const eventConversion: Conversion = {
  toStorage: (object) => rename(object, toCore, 'v1'),
  shown: (stored) => new ShownObject(stored, rename(stored.object(), fromCore, 'events.k8s.io/v1')),
  isOutdated: () => false,
};

function rename(
  object: KubeObject,
  names: ReadonlyMap<string, string>,
  apiVersion: string,
): KubeObject {
  const fields = Object.entries(object).map(([name, value]) => [names.get(name) ?? name, value]);
  return { ...(Object.fromEntries(fields) as KubeObject), apiVersion };
}

/** What an Event must say when it is made (core validation `ValidateEventCreate`). */
export const coreEventRules: Partial<Rules> = {
  createsOnUpdate: true,
  validate: (object, old) => (old === null ? commonErrors(object, 'reportingComponent') : []),
};

/** The same in events.k8s.io, which asks for more. */
export const eventRules: Partial<Rules> = {
  createsOnUpdate: true,
  validate: (object, old) =>
    old === null ? [...commonErrors(object, 'reportingController'), ...strictErrors(object)] : [],
};

const maxName = 128;
const maxNote = 1024;

function commonErrors(object: KubeObject, controller: string): readonly FieldError[] {
  const involved = struct(
    object,
    controller === 'reportingController' ? 'regarding' : 'involvedObject',
  );
  const [about, own] = [textOf(involved['namespace']), object.metadata.namespace ?? ''];
  const elsewhere = [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
  if (!isSet(object, 'eventTime')) {
    return about === own || (about === '' && own === 'default') ? [] : elsewhere;
  }
  const reporter = textOf(field(object, controller));
  return [
    ...(about === '' && own !== 'default' && own !== 'kube-system' ? elsewhere : []),
    ...(reporter === '' ? [required(controller)] : []),
    ...qualifiedNameFaults(reporter).map((fault) => invalid(controller, reporter, fault)),
    ...nameErrors(object, 'reportingInstance'),
    ...nameErrors(object, 'action'),
    ...nameErrors(object, 'reason'),
    ...lengthErrors('message', textOf(field(object, 'note') ?? field(object, 'message')), maxNote),
  ];
}

function nameErrors(object: KubeObject, name: string): readonly FieldError[] {
  const text = textOf(field(object, name));
  return text === '' ? [required(name)] : lengthErrors(name, text, maxName);
}

function lengthErrors(name: string, text: string, most: number): readonly FieldError[] {
  return utf8Length(text) > most ? [invalid(name, '', `can have at most ${most} characters`)] : [];
}

function strictErrors(object: KubeObject): readonly FieldError[] {
  const type = textOf(field(object, 'type'));
  const series = struct(object, 'series');
  const repeats = isSet(object, 'series');
  const { component, host } = struct(object, 'deprecatedSource');
  const unset = (name: string, given: boolean) =>
    given ? [invalid(name, '', 'needs to be unset')] : [];
  return [
    ...(repeats && Number(series['count'] ?? 0) < 2
      ? [invalid('series.count', '', 'should be at least 2')]
      : []),
    ...(repeats && !series['lastObservedTime'] ? [required('series.lastObservedTime')] : []),
    ...(isSet(object, 'eventTime') ? [] : [required('eventTime')]),
    ...(type === 'Normal' || type === 'Warning'
      ? []
      : [invalid('type', '', `has invalid value: ${type}`)]),
    ...unset('firstTimestamp', isSet(object, 'deprecatedFirstTimestamp')),
    ...unset('lastTimestamp', isSet(object, 'deprecatedLastTimestamp')),
    ...unset('count', Number(field(object, 'deprecatedCount') ?? 0) !== 0),
    ...unset('source', Boolean(component) || Boolean(host)),
  ];
}

function isSet(object: KubeObject, name: string): boolean {
  const value = field(object, name);
  return value !== undefined && value !== null && value !== '';
}
