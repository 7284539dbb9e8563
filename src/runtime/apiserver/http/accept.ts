/** What an answer should look like, from the Accept header. */
export interface Accepted {
  /** null: the object itself. */
  readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | null;
  /** Version of `meta.k8s.io` for `as`. */
  readonly version: string;
  /** Discovery of all groups in one document. */
  readonly aggregated: 'v2' | 'v2beta1' | null;
}

/** What we can answer with, for people who asked for something else. */
export const acceptedTypes = ['application/json', 'application/json;stream=watch'] as const;

const plain: Accepted = { as: null, version: 'v1', aggregated: null };
const wildcards = ['*/*', 'application/*', 'application/json'];

/**
 * The first form of the header that we can give. Clients that prefer protobuf get JSON, as long as they take it
 * at all; null where they do not.
 */
export function negotiate(header: string | undefined): Accepted | null {
  if (header === undefined || header.trim() === '') return plain;
  for (const clause of header.split(',')) {
    const accepted = clauseOf(clause);
    if (accepted !== null) return accepted;
  }
  return null;
}

function clauseOf(clause: string): Accepted | null {
  const [type = '', ...parameters] = clause.split(';').map((part) => part.trim());
  if (!wildcards.includes(type.toLowerCase())) return null;
  const given = new Map(
    parameters.map((parameter) => {
      const equals = parameter.indexOf('=');
      return equals < 0
        ? [parameter, '']
        : [parameter.slice(0, equals), parameter.slice(equals + 1)];
    }),
  );
  const as = given.get('as');
  if (as === undefined) return plain;
  const group = given.get('g');
  const version = given.get('v') ?? '';
  if (group === 'apidiscovery.k8s.io' && as === 'APIGroupDiscoveryList') {
    return version === 'v2' || version === 'v2beta1' ? { ...plain, aggregated: version } : null;
  }
  if (group !== 'meta.k8s.io' || (version !== 'v1' && version !== 'v1beta1')) return null;
  if (as === 'Table' || as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') {
    return { ...plain, as, version };
  }
  return null;
}
