import { readElements, readOnly, tags } from '../../certificates/der.ts';
import { readNames } from '../../certificates/subject.ts';

const begin = '-----BEGIN CERTIFICATE REQUEST-----';
const end = '-----END CERTIFICATE REQUEST-----';

/** The organizations in the subject of a PKCS#10 request; null where it cannot be read. */
export function organizationsOf(pem: string): readonly string[] | null {
  const from = pem.indexOf(begin);
  const to = pem.indexOf(end);
  if (from < 0 || to < from) return null;
  const der = Buffer.from(pem.slice(from + begin.length, to), 'base64');
  const request = readOnly(der, tags.sequence);
  const [info] = (request && readElements(request)) ?? [];
  // CertificationRequestInfo: version, subject, key, attributes
  const [, subject] = (info?.tag === tags.sequence && readElements(info.content)) || [];
  if (subject?.tag !== tags.sequence) return null;
  return readNames(subject.content)?.organizations ?? null;
}
