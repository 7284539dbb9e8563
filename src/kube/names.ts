const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const subdomain = `${label}(\\.${label})*`;
const qualified = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';

const labelLiteral = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const subdomainLiteral = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const qualifiedLiteral = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const labelValueLiteral = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

/** Longest DNS label: names of namespaces, services and clusters. */
export const maxLabelLength = 63;
/** Longest DNS subdomain: names of most objects. */
export const maxSubdomainLength = 253;
/** Longest value of a label, and longest name part of its key. */
export const maxLabelValueLength = 63;
/** Of all annotations of an object together, in bytes of UTF-8. */
export const maxAnnotationsBytes = 262_144;

/** Why a text is no DNS-1123 label, in Kubernetes' words; nothing when it is one. */
export function dnsLabelFaults(text: string): readonly string[] {
  const what = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${label}')`;
  if (text.length > maxLabelLength) {
    const long = `must be no more than ${maxLabelLength} bytes`;
    return text.length < 1000 && labelLiteral.test(text) ? [long] : [long, what];
  }
  return labelLiteral.test(text) ? [] : [what];
}

/** Why a text is no DNS-1123 subdomain, in Kubernetes' words; nothing when it is one. */
export function dnsSubdomainFaults(text: string): readonly string[] {
  // Too long is said alone: the characters of such a text are not looked at.
  if (text.length > maxSubdomainLength) {
    return [`must be no more than ${maxSubdomainLength} characters`];
  }
  if (subdomainLiteral.test(text)) return [];
  return [
    `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${subdomain}')`,
  ];
}

/** Why a text may not be a segment of a path (names of roles and bindings), in Kubernetes' words. */
export function pathSegmentFaults(text: string): readonly string[] {
  if (text === '.' || text === '..') return [`may not be '${text}'`];
  return ['/', '%']
    .filter((each) => text.includes(each))
    .map((each) => `may not contain '${each}'`);
}

/** Why a text is no key of labels and annotations, in Kubernetes' words; nothing when it is one. */
export function qualifiedNameFaults(text: string): readonly string[] {
  const rule = `must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${qualified}')`;
  const parts = text.split('/', 3);
  if (parts.length > 2) {
    return [
      `a valid label key ${rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const faults: string[] = [];
  const name = parts.at(-1) ?? '';
  if (parts.length === 2) {
    const prefix = parts[0] ?? '';
    if (prefix === '') faults.push('prefix part must be non-empty');
    else faults.push(...dnsSubdomainFaults(prefix).map((fault) => `prefix part ${fault}`));
  }
  if (name === '') faults.push('name part must be non-empty');
  else if (name.length > maxLabelValueLength) {
    faults.push(`name part must be no more than ${maxLabelValueLength} bytes`);
  }
  // beside what was said: Kubernetes tells both
  if (!qualifiedLiteral.test(name)) faults.push(`name part ${rule}`);
  return faults;
}

/** Why a text is no value of a label, in Kubernetes' words; nothing when it is one. */
export function labelValueFaults(text: string): readonly string[] {
  if (text.length > maxLabelValueLength) {
    return [`must be no more than ${maxLabelValueLength} bytes`];
  }
  if (labelValueLiteral.test(text)) return [];
  return [
    `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${qualified})?')`,
  ];
}

/** Whether a text can name a namespace, a service or a cluster. */
export function isDnsLabel(text: string): boolean {
  return dnsLabelFaults(text).length === 0;
}

/** Whether a text can name most objects. */
export function isDnsSubdomain(text: string): boolean {
  return dnsSubdomainFaults(text).length === 0;
}
