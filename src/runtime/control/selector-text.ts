/**
 * Whether labels may meet a selector as it is sent to an API server. Understands the forms our controllers write (`key`,
 * `!key`, `key=value`); of any other the answer is yes, because only a no has consequences.
 */
export function mayMatch(
  labels: Readonly<Record<string, string>> | undefined,
  selector: string | undefined,
): boolean {
  if (selector === undefined || /[()\s]/.test(selector)) return true;
  return selector.split(',').every((term) => {
    const absent = term.startsWith('!');
    const [key = '', value] = (absent ? term.slice(1) : term).split(/!?==?/);
    const has = labels !== undefined && Object.hasOwn(labels, key);
    if (absent) return !has;
    if (value === undefined) return has;
    return term.includes('!=') ? labels?.[key] !== value : has && labels[key] === value;
  });
}
