import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { stableJson } from './json.ts';

/** SHA-256 of a text (UTF-8) or bytes, as 64 hexadecimal digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return bytesToHex(sha256(typeof data === 'string' ? utf8ToBytes(data) : data));
}

/** SHA-256 of a JSON value, whatever the order of its keys. */
export function jsonHash(value: unknown): string {
  return sha256Hex(stableJson(value));
}
