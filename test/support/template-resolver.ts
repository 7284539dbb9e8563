import { spawnSync } from 'node:child_process';
import type { Json, JsonObject } from '../../src/base/json.ts';

/** A ConfigurationPolicy, and what the hub and the cluster hold when its templates are resolved. */
export interface ResolveRequest {
  readonly policy: JsonObject;
  readonly hub?: {
    readonly clusterName: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly namespace: string;
    readonly objects: readonly JsonObject[];
  };
  readonly objects?: readonly JsonObject[];
}
/** The resolved `object-templates`, or why there are none. */
export interface Resolved {
  readonly objects?: readonly { readonly objectDefinition: JsonObject }[];
  readonly onHub?: JsonObject;
  readonly error?: string;
}

/** Resolves with upstream's own resolver, first as its hub does, then as its agent. */
export function resolveUpstream(
  program: string,
  requests: readonly ResolveRequest[],
): readonly Resolved[] {
  const input = requests.map(
    (request, id) => `${JSON.stringify({ id: String(id), ...request })}\n`,
  );
  const { stdout, stderr, status } = spawnSync(program, {
    input: input.join(''),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`the resolver ended with ${status}: ${stderr}`);
  const answers = stdout.trimEnd().split('\n');
  if (answers.length !== requests.length) throw new Error(`${answers.length} answers: ${stderr}`);
  return answers.map((line) => JSON.parse(line) as Resolved);
}

/** A field of an object by its path. */
export function fieldAt(value: Json | undefined, path: string): Json | undefined {
  let found = value;
  for (const key of path.split('.')) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as JsonObject)[key];
  }
  return found;
}
