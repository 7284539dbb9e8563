import { base64Decode } from '../../../base/bytes.ts';
import { utf8Length } from '../../../kube/go-text.ts';
import { labelKeyProblems, labelValueProblems } from '../../../kube/selector.ts';
import type { Library } from '../environment.ts';
import { global, member } from '../environment.ts';
import { parseTimestamp } from '../time.ts';
import type { CelValue } from '../value.ts';
import { isTagged, noSuchOverload } from '../value.ts';
import { none } from './optionals.ts';
import { parseUrl } from './url-text.ts';

type Check = (text: string) => readonly string[];

type Shape = (text: string) => boolean;
const label: Shape = (text) => /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/.test(text);
const subdomain: Shape = (text) => text.split('.').every(label);
const dns1035: Shape = (text) => label(text) && /^[a-z]/.test(text);

function shaped(shape: Shape, most: number, problem: string, prefix: boolean): Check {
  return (text) => {
    // A prefix may end in a hyphen, because something is going to follow it.
    const whole = prefix && text.endsWith('-') ? `${text.slice(0, -1)}a` : text;
    const problems = utf8Length(whole) > most ? [`must be no more than ${most} bytes`] : [];
    return shape(whole) ? problems : [...problems, problem];
  };
}

const labelProblem =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const subdomainProblem =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const dns1035Problem =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

function holds(is: (text: string) => boolean, problem: string): Check {
  return (text) => (is(text) ? [] : [problem]);
}

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['dns1123Label', shaped(label, 63, labelProblem, false)],
  ['dns1123LabelPrefix', shaped(label, 63, labelProblem, true)],
  ['dns1123Subdomain', shaped(subdomain, 253, subdomainProblem, false)],
  ['dns1123SubdomainPrefix', shaped(subdomain, 253, subdomainProblem, true)],
  ['dns1035Label', shaped(dns1035, 63, dns1035Problem, false)],
  ['dns1035LabelPrefix', shaped(dns1035, 63, dns1035Problem, true)],
  ['qualifiedName', labelKeyProblems],
  ['labelValue', labelValueProblems],
  ['uri', holds((text) => parseUrl(text) !== null, 'invalid URI')],
  [
    'uuid',
    holds(
      (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
      'does not match the UUID format',
    ),
  ],
  ['byte', holds((text) => text !== '' && base64Decode(text) !== null, 'invalid base64')],
  ['date', holds((text) => parseTimestamp(`${text}T00:00:00Z`) !== null, 'invalid date')],
  ['datetime', holds(isDateTime, 'invalid datetime')],
]);

// strfmt takes a lower case `t` and a space between date and time too.
function isDateTime(text: string): boolean {
  return (
    parseTimestamp(text.replace(/^(\d{4}-\d{2}-\d{2})[tT ]/, '$1T').replace(/z$/, 'Z')) !== null
  );
}

function named(format: string): CelValue {
  return { cel: 'object', of: 'kubernetes.NamedFormat', format };
}

function validate([format = null, text]: readonly CelValue[]): CelValue {
  if (!isTagged(format) || format.cel !== 'object' || format.of !== 'kubernetes.NamedFormat') {
    return noSuchOverload;
  }
  if (typeof text !== 'string') return noSuchOverload;
  const problems = checks.get(format.format)?.(text) ?? [];
  return problems.length === 0 ? none : { cel: 'optional', value: [...problems] };
}

/** Kubernetes' named formats (apiserver `pkg/cel/library/format.go`). */
export const formats: Library = {
  functions: new Map([
    ...[...checks.keys()].map(
      (name) =>
        [
          `format.${name}`,
          [global(`format.${name}`, '-> kubernetes.NamedFormat', () => named(name))],
        ] as const,
    ),
    [
      'format.named',
      [
        global('format-named', 'string -> optional_type(kubernetes.NamedFormat)', ([name]) => {
          if (typeof name !== 'string') return noSuchOverload;
          return checks.has(name) ? { cel: 'optional', value: named(name) } : none;
        }),
      ],
    ],
    [
      'validate',
      [
        member(
          'format-validate',
          'kubernetes.NamedFormat, string -> optional_type(list(string))',
          validate,
        ),
      ],
    ],
  ]),
};
