import { describe, expect, it } from 'vitest';
import { fieldErrorText } from '../../../src/kube/schema/field-error.ts';
import { metadataTypeFault, validateMetadata } from '../../../src/kube/schema/metadata.ts';

const say = (metadata: unknown, kind = { group: 'x.test', kind: 'Probe' }) =>
  validateMetadata(kind, metadata).map(fieldErrorText);

describe('validateMetadata', () => {
  it('accepts what is usual', () => {
    expect(
      say({
        name: 'a.b-c',
        labels: { 'example.com/a': 'b', c: '' },
        annotations: { 'Example.com/A_b': 'anything at all' },
        finalizers: ['example.com/x', 'foregroundDeletion'],
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true }],
      }),
    ).toEqual([]);
  });

  it('wants a name, of the rule of its kind', () => {
    expect(say({})).toEqual(['metadata.name: Required value: name or generateName is required']);
    expect(say({ name: 'UPPER' })).toEqual([
      expect.stringMatching(
        /^metadata\.name: Invalid value: "UPPER": a lowercase RFC 1123 subdomain /,
      ),
    ]);
    expect(say({ name: 'A.b' }, { group: '', kind: 'Namespace' })).toEqual([
      expect.stringMatching(/: a lowercase RFC 1123 label must consist of /),
    ]);
    const roles = { group: 'rbac.authorization.k8s.io', kind: 'ClusterRole' };
    expect(say({ name: 'system:open/x' }, roles)).toEqual([
      'metadata.name: Invalid value: "system:open/x": may not contain \'/\'',
    ]);
    expect(say({ name: 'system:open:x' }, roles)).toEqual([]);
    expect(say({ name: 'a'.repeat(254) })).toEqual([
      expect.stringContaining('must be no more than 253 characters'),
    ]);
  });

  it('names bad labels, annotations and finalizers', () => {
    expect(
      say({
        name: 'a',
        labels: { 'a/b/c': 'x', '-': 'y', ok: 'bad value!', ['a'.repeat(64)]: 'v'.repeat(64) },
        annotations: { '!': 'x', '/b': '', big: 'x'.repeat(262_145) },
      }).map((text) => text.slice(0, 60)),
    ).toEqual([
      'metadata.labels: Invalid value: "a/b/c": a valid label key m',
      'metadata.labels: Invalid value: "-": name part must consist ',
      'metadata.labels: Invalid value: "bad value!": a valid label ',
      'metadata.labels: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaa',
      'metadata.labels: Invalid value: "vvvvvvvvvvvvvvvvvvvvvvvvvvv',
      'metadata.annotations: Invalid value: "!": name part must con',
      'metadata.annotations: Invalid value: "/b": prefix part must ',
      'metadata.annotations: Too long: may not be more than 262144 ',
    ]);
  });

  it('names an owner without uid, and a second controller', () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'u', controller: true };
    expect(say({ name: 'a', ownerReferences: [{ ...owner, uid: '' }] })).toEqual([
      'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
    ]);
    expect(say({ name: 'a', ownerReferences: [owner, { ...owner, uid: 'v' }] })).toEqual([
      expect.stringContaining('Only one reference can have Controller set to true'),
    ]);
  });
});

describe('metadataTypeFault', () => {
  it.each([
    [
      { labels: 'x' },
      'cannot unmarshal string into Go struct field ObjectMeta.labels of type map[string]string',
    ],
    [
      { labels: { a: 1 } },
      'cannot unmarshal number into Go struct field ObjectMeta.labels of type string',
    ],
    [{ name: 5 }, 'cannot unmarshal number into Go struct field ObjectMeta.name of type string'],
    [
      { finalizers: {} },
      'cannot unmarshal object into Go struct field ObjectMeta.finalizers of type []string',
    ],
    [[], 'cannot unmarshal array into Go struct field ObjectMeta.metadata of type v1.ObjectMeta'],
  ])('%j', (metadata, text) => {
    expect(metadataTypeFault(metadata)).toBe(`json: ${text}`);
  });

  it('accepts null and absent everywhere', () => {
    expect(metadataTypeFault(null)).toBeNull();
    expect(metadataTypeFault({ labels: null, annotations: { a: null } })).toBeNull();
  });
});
