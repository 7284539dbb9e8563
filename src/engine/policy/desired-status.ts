import { isJsonObject, type Json, type JsonObject, jsonEqual } from '../../base/json.ts';
import { sprint, typeName } from './compare/sprint.ts';

/** A line of the comparison with a desired status; what it is decides its colour. */
export interface StatusLine {
  readonly is: 'match' | 'mismatch' | 'skipped';
  readonly text: string;
}

/** Does a status have everything a desired one says? */
export interface StatusComparison {
  readonly matches: boolean;
  readonly lines: readonly StatusLine[];
}

/**
 * Compares a status with a desired one, as `dryrun --desired-status` does: fields the desired one lacks do not count,
 * and each object of a list has to be found somewhere in the other.
 */
export function compareStatus(desired: JsonObject, actual: JsonObject): StatusComparison {
  const lines: StatusLine[] = [];
  const matches = compareFields(desired, actual, '', lines);
  return { matches, lines };
}

// Fields of an object in a list are compared, but not told of.
const inList = /\.\w+\[\d+\]\.\w/;

function say(lines: StatusLine[], path: string, line: StatusLine): void {
  if (!inList.test(path)) lines.push(line);
}

function compareFields(
  desired: JsonObject,
  actual: JsonObject,
  parent: string,
  lines: StatusLine[],
): boolean {
  let matches = true;
  for (const key of Object.keys(desired).sort()) {
    const path = `${parent}.${key}`;
    if (!Object.hasOwn(actual, key)) {
      const text = `Key '${key}' not found in result at path '${parent}'`;
      say(lines, parent, { is: 'mismatch', text });
      matches = false;
    } else if (!compareValue(desired[key] ?? null, actual[key] ?? null, path, lines)) {
      matches = false;
    }
  }
  return matches;
}

function compareValue(desired: Json, actual: Json, path: string, lines: StatusLine[]): boolean {
  if (Array.isArray(desired)) {
    if (Array.isArray(actual)) return compareLists(desired, actual, path, lines);
    const text = `skip ${path}, ${path.slice(path.lastIndexOf('.') + 1)} is not array,`;
    lines.push({ is: 'skipped', text });
    return false;
  }
  if (isJsonObject(desired)) {
    if (isJsonObject(actual)) return compareFields(desired, actual, path, lines);
    const text = `The input status field '${path}' is not the right type - expected '${typeName(actual)}'`;
    lines.push({ is: 'mismatch', text });
    return false;
  }
  return sayWhether(sprint(desired) === sprint(actual), [desired, actual], path, lines);
}

function compareLists(
  desired: readonly Json[],
  actual: readonly Json[],
  path: string,
  lines: StatusLine[],
): boolean {
  if (!isJsonObject(desired[0])) {
    return sayWhether(jsonEqual(desired, actual), [desired, actual], path, lines);
  }
  for (const [at, item] of desired.entries()) {
    const itemPath = `${path}[${at}]`;
    const isFound = actual.some(
      (other) =>
        isJsonObject(item) && isJsonObject(other) && compareFields(item, other, itemPath, lines),
    );
    const text = isFound ? `${itemPath} matches` : `${itemPath} does not match any elements`;
    say(lines, itemPath, { is: isFound ? 'match' : 'mismatch', text });
    if (isFound) continue;
    say(lines, path, { is: 'mismatch', text: `${path} does not match the elements` });
    return false;
  }
  say(lines, path, { is: 'match', text: `${path} matches` });
  return true;
}

function sayWhether(
  matches: boolean,
  [desired, actual]: readonly [Json | readonly Json[], Json | readonly Json[]],
  path: string,
  lines: StatusLine[],
): boolean {
  const does = matches ? 'does match' : 'does not match';
  const text = `${path}: '${sprint(desired)}' ${does} '${sprint(actual)}'`;
  say(lines, path, { is: matches ? 'match' : 'mismatch', text });
  return matches;
}
