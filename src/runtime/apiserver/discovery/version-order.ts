import { compareText } from '../../../base/json.ts';

const shape = /^v(\d{1,9})(?:(alpha|beta)(\d{1,9}))?$/;
const stages = ['alpha', 'beta', undefined];

/** Versions of an API, the best first: v2, v1, v1beta2, v1beta1, v1alpha1, others by name (apimachinery `util/version`). */
export function compareApiVersions(a: string, b: string): number {
  const [left, right] = [shape.exec(a), shape.exec(b)];
  if (left === null || right === null) {
    if (left === null && right === null) return compareText(a, b);
    return left === null ? 1 : -1;
  }
  const rank = ([, major, stage, minor]: RegExpExecArray) => [
    stages.indexOf(stage),
    Number(major),
    Number(minor ?? 0),
  ];
  const [ofLeft, ofRight] = [rank(left), rank(right)];
  for (const [index, value] of ofLeft.entries()) {
    const difference = (ofRight[index] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return 0;
}
