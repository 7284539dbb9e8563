/**
 * A number of clusters, or a percentage of some total rounded up; both may be given as text. What it says is a problem
 * where it is neither, and where it is negative.
 */
export function exactCount(given: number | string, total: number): number | string {
  const text = String(given);
  const [, digits, percent] = /^(\d{1,9})(%?)$/.exec(text) ?? [];
  if (digits === undefined) return `${text} is neither a number of clusters nor a percentage`;
  return percent === '' ? Number(digits) : Math.ceil((Number(digits) * total) / 100);
}
