import { compareText } from '../../base/json.ts';
import { type ObjectResult, type PolicyEvent, reasons } from './event.ts';

/** What is said of one object template. */
export interface TemplateVerdict {
  readonly compliant: boolean;
  readonly reason: string;
  readonly message: string;
}

/** The event of one object in one batch. */
interface Entry {
  readonly result: ObjectResult;
  readonly event: PolicyEvent;
}

/**
 * The states a template goes through in one evaluation, the present one last: objects with several events (not found,
 * then created) are lined up at the end (config-policy-controller `batchedEvents`).
 */
export function verdictsOf(
  resource: string,
  results: readonly ObjectResult[],
): readonly TemplateVerdict[] {
  const length = Math.max(0, ...results.map(({ events }) => events.length));
  return Array.from({ length }, (_, batch) => {
    const entries = results.flatMap((result): Entry[] => {
      const event = result.events[batch - (length - result.events.length)];
      return event === undefined ? [] : [{ result, event }];
    });
    return verdictOf(resource, entries);
  });
}

/** How a reason is said, with `%` for the resource and its names. */
const sayings: ReadonlyMap<string, { readonly reason: string; readonly says: string }> = new Map([
  [
    reasons.foundAsExpected,
    { reason: 'K8s `must have` object already exists', says: 'found as specified' },
  ],
  [reasons.created, { reason: reasons.created, says: 'was created successfully' }],
  [reasons.updated, { reason: reasons.updated, says: 'was updated successfully' }],
  [reasons.deleted, { reason: reasons.deleted, says: 'was deleted successfully' }],
  [reasons.notFound, { reason: 'K8s does not have a `must have` object', says: 'not found' }],
  [
    reasons.noMatch,
    { reason: 'K8s does not have a `must have` object', says: 'found but not as specified' },
  ],
  [
    reasons.missingAsExpected,
    { reason: 'K8s `must not have` object already missing', says: 'missing as expected' },
  ],
  [reasons.unwanted, { reason: 'K8s has a `must not have` object', says: 'found' }],
]);

// Where one object is not compliant, only those that are not are spoken of.
function verdictOf(resource: string, all: readonly Entry[]): TemplateVerdict {
  const compliant = all.every(({ event }) => event.compliant);
  const entries = all.filter(({ event }) => event.compliant === compliant);
  const present = new Set(entries.map(({ event }) => event.reason));
  const others = [...present].filter((reason) => !sayings.has(reason)).sort(compareText);
  const ordered = [...sayings.keys()].filter((reason) => present.has(reason));
  const said = [...ordered, ...others].map((reason) =>
    sayReason(
      resource,
      reason,
      entries.filter(({ event }) => event.reason === reason),
    ),
  );
  return {
    compliant,
    reason: said
      .map(({ reason }) => reason)
      .filter((reason) => reason !== '')
      .join('; '),
    message: said.map(({ message }) => message).join('; '),
  };
}

function sayReason(
  resource: string,
  reason: string,
  entries: readonly Entry[],
): { readonly reason: string; readonly message: string } {
  const groups = groupByNames(entries);
  const saying = sayings.get(reason);
  if (saying === undefined) {
    const messages = groups.map((group) => group.map(({ event }) => event.message).join('; '));
    return { reason, message: messages.filter((message) => message !== '').join('; ') };
  }
  // Objects in the same namespaces share a sentence.
  const sentences = new Map<string, string[]>();
  for (const group of groups) {
    const sentence = `${saying.says}${inNamespaces(group)}`;
    sentences.set(sentence, [...(sentences.get(sentence) ?? []), namesOf(group[0])]);
  }
  const message = [...sentences]
    .sort(([a], [b]) => compareText(a, b))
    .map(([sentence, names]) => {
      const joined = names.sort(compareText).join(', ');
      return `${resource}${joined === '' ? '' : ` [${joined}]`} ${sentence}`;
    });
  return { reason: saying.reason, message: message.join('; ') };
}

// Those that are about objects of the same names, by these names.
function groupByNames(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const groups = new Map<string, Entry[]>();
  const sorted = [...entries].sort((a, b) => compareText(a.result.key, b.result.key));
  for (const entry of sorted) {
    const names = namesOf(entry);
    groups.set(names, [...(groups.get(names) ?? []), entry]);
  }
  return [...groups].sort(([a], [b]) => compareText(a, b)).map(([, group]) => group);
}

function namesOf(entry: Entry | undefined): string {
  if (entry === undefined) return '';
  const { key, names } = entry.result;
  if (names.length > 0) return names.join(', ');
  const slash = key.indexOf('/');
  return slash < 0 ? '' : key.slice(slash + 1);
}

function inNamespaces(group: readonly Entry[]): string {
  const namespaces = group.map(({ result: { key } }) =>
    key.slice(0, Math.max(0, key.indexOf('/'))),
  );
  const named = [...new Set(namespaces)].filter((name) => name !== '').sort(compareText);
  if (named.length === 0) return '';
  return named.length === 1 ? ` in namespace ${named[0]}` : ` in namespaces: ${named.join(', ')}`;
}
