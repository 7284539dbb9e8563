import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Instant, instant, plus } from '../../../base/instant.ts';

/** What the agent needs to know of a client certificate. */
export interface ClientCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly notBefore: Instant;
  readonly notAfter: Instant;
}

/** Reads a certificate; null where it is none, or where the key is not its key. */
export function readClientCertificate(
  certificatePem: string,
  keyPem: string,
): ClientCertificate | null {
  try {
    const certificate = new X509Certificate(certificatePem);
    if (!certificate.checkPrivateKey(createPrivateKey(keyPem))) return null;
    const subject = certificate.subject.split('\n');
    const values = (name: string): readonly string[] =>
      subject
        .flatMap((line) => line.split(' + '))
        .filter((line) => line.startsWith(`${name}=`))
        .map((line) => line.slice(name.length + 1));
    return {
      commonName: values('CN')[0] ?? '',
      organizations: values('O'),
      notBefore: instant(Date.parse(certificate.validFrom)),
      notAfter: instant(Date.parse(certificate.validTo)),
    };
  } catch {
    return null;
  }
}

/**
 * When a certificate is to be renewed: with 20 to 25 % of its life left, by chance, so that agents that joined together do
 * not come back together (ocm pkg/registration/register/csr/csr.go). `random` is in [0, 1).
 */
export function renewalAt(
  { notBefore, notAfter }: Pick<ClientCertificate, 'notBefore' | 'notAfter'>,
  random: number,
): Instant {
  const left = 0.2 + 0.05 * random;
  return plus(notAfter, -Math.floor((notAfter - notBefore) * left));
}
