import { randomBytes, randomUUID } from 'node:crypto';

// no vowels and no digits that look like them, so that no words come about (apimachinery `util/rand`)
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const maxBaseLength = 63 - suffixLength;

/** A name from a prefix, new with high probability. */
export function generateName(prefix: string): string {
  const base = prefix.slice(0, maxBaseLength);
  let suffix = '';
  while (suffix.length < suffixLength) {
    for (const byte of randomBytes(suffixLength * 2)) {
      // what is left above the last whole round would make the first letters more likely
      if (byte < 256 - (256 % alphabet.length) && suffix.length < suffixLength) {
        suffix += alphabet[byte % alphabet.length];
      }
    }
  }
  return base + suffix;
}

/** A new object's uid. */
export function generateUid(): string {
  return randomUUID();
}
