import type { Json } from '../../base/json.ts';

/**
 * What plain scalars mean. `core` is YAML 1.2; `kubernetes` is how kubectl and the API server read manifests,
 * which is YAML 1.1: `yes`, `on` and `y` are booleans, `0644` is octal, `1_000` is a number.
 */
export type YamlDialect = 'core' | 'kubernetes';

/** The value of a plain scalar, or why it has none. */
export type Scalar =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly why: string };

const booleans: Readonly<Record<YamlDialect, ReadonlyMap<string, boolean>>> = {
  core: spellings(['true'], ['false']),
  kubernetes: spellings(['true', 'yes', 'on', 'y'], ['false', 'no', 'off', 'n']),
};

function spellings(yes: readonly string[], no: readonly string[]): ReadonlyMap<string, boolean> {
  const all = new Map<string, boolean>();
  for (const [words, value] of [
    [yes, true],
    [no, false],
  ] as const) {
    for (const word of words) {
      const title = word.charAt(0).toUpperCase() + word.slice(1);
      for (const form of [word, title, word.toUpperCase()]) all.set(form, value);
    }
  }
  return all;
}

const float = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const special = /^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;

/** Resolves a plain scalar. */
export function plainScalar(text: string, dialect: YamlDialect): Scalar {
  if (text === '' || text === '~' || /^(null|Null|NULL)$/.test(text)) return found(null);
  const boolean = booleans[dialect].get(text);
  if (boolean !== undefined) return found(boolean);
  if (!/^[-+.0-9]/.test(text)) return found(text);
  if (special.test(text)) return { ok: false, why: `\`${text}\` has no form in JSON` };
  const digits = dialect === 'kubernetes' ? text.replaceAll('_', '') : text;
  const integer = integerOf(digits, dialect);
  if (integer !== null) return integerScalar(integer, text);
  if (!float.test(digits)) return found(text);
  const number = Number(digits);
  return Number.isFinite(number)
    ? found(number)
    : { ok: false, why: `\`${shortened(text)}\` is too large a number` };
}

function found(value: Json): Scalar {
  return { ok: true, value };
}

function integerScalar(value: bigint | 'long', text: string): Scalar {
  if (value !== 'long' && BigInt.asIntN(54, value) === value) return found(Number(value));
  return {
    ok: false,
    why: `\`${shortened(text)}\` is beyond the integers JSON keeps exactly: write it in quotes`,
  };
}

function integerOf(text: string, dialect: YamlDialect): bigint | 'long' | null {
  const [, sign = '', digits = ''] = /^([-+]?)([0-9].*)$/.exec(text) ?? [];
  const magnitude = magnitudeOf(digits, dialect);
  return typeof magnitude === 'bigint' && sign === '-' ? -magnitude : magnitude;
}

// More digits than an int64 can have are not worth counting.
function magnitudeOf(digits: string, dialect: YamlDialect): bigint | 'long' | null {
  const octal =
    dialect === 'kubernetes' ? /^0o?([0-7]+)$/.exec(digits) : /^0o([0-7]+)$/.exec(digits);
  if (octal !== null) return readDigits(`0o${octal[1]}`);
  if (/^0x[0-9a-fA-F]+$/.test(digits)) return readDigits(digits);
  if (dialect === 'kubernetes' && /^0b[01]+$/.test(digits)) return readDigits(digits);
  return /^[0-9]+$/.test(digits) ? readDigits(digits) : null;
}

function readDigits(digits: string): bigint | 'long' {
  return digits.length > 80 ? 'long' : BigInt(digits);
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
