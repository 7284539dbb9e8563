import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { base64Encode } from '../../base/bytes.ts';
import { sha256Hex } from '../../base/hash.ts';
import type { RegoBuild, RegoFault, RegoInput } from '../../lang/workspace.ts';
import { fileIn } from './tar.ts';
import { wasmBuiltins } from './wasm-builtins.ts';

/** Compiles Rego to Wasm with the program `opa`: that of `$OPA`, else the one in PATH. */
export function buildRego(
  { source, entrypoints }: RegoInput,
  env: Readonly<Record<string, string | undefined>>,
): RegoBuild {
  const opa = env['OPA'] || 'opa';
  const folder = mkdtempSync(join(tmpdir(), 'ocm-rego-'));
  try {
    return build({ opa, folder, env }, source, entrypoints);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Opa {
  readonly opa: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

// The name is part of what is compiled: the same text gives the same module everywhere.
const file = 'policy.rego';

function build(on: Opa, source: string, entrypoints: readonly string[]): RegoBuild {
  writeFileSync(join(on.folder, file), source);
  const known = run(on, ['capabilities', '--current']);
  if (known.failed !== null) return { built: 'no-compiler', problem: known.failed, remedy };
  const capabilities = withinWasm(known.out);
  if (capabilities === null) {
    return { built: 'no-compiler', problem: `\`${on.opa}\` is no opa`, remedy };
  }
  writeFileSync(join(on.folder, 'capabilities.json'), capabilities);
  const within = ['--capabilities', 'capabilities.json'];
  const checked = run(on, ['check', '--format', 'json', ...within, file]);
  if (checked.status !== 0) return { built: 'no', faults: faultsIn(checked.err || checked.out) };
  const entries = entrypoints.flatMap((each) => ['-e', pathOf(each)]);
  const built = run(on, ['build', '-t', 'wasm', ...within, ...entries, '-o', 'bundle', file]);
  if (built.status !== 0) return { built: 'no', faults: faultsIn(built.err || built.out) };
  const wasm = fileIn(gunzipSync(readFileSync(join(on.folder, 'bundle'))), '/policy.wasm');
  if (wasm === null) return { built: 'no', faults: faultsIn('opa built no module') };
  const gzip = base64Encode(gzipSync(wasm, { level: 9 }));
  return { built: 'yes', wasm: { sha256: sha256Hex(wasm), gzip } };
}

const remedy =
  'install opa (https://www.openpolicyagent.org/docs/#running-opa) so that it is in PATH, or set $OPA to it';

/** `data.images.allow` as a path of documents. */
function pathOf(entrypoint: string): string {
  return entrypoint.replace(/^data\./, '').replaceAll('.', '/');
}

interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  /** Why it could not be run at all. */
  readonly failed: string | null;
}

/** How long one run of opa may take, in milliseconds. */
const deadline = 60_000;

function run({ opa, folder, env }: Opa, args: readonly string[]): Ran {
  const ran = spawnSync(opa, args, {
    cwd: folder,
    env: env as NodeJS.ProcessEnv,
    encoding: 'utf8',
    timeout: deadline,
    maxBuffer: 16 * 1024 * 1024,
  });
  const { code, message } = (ran.error ?? {}) as NodeJS.ErrnoException;
  const failed =
    ran.error === undefined ? null : code === 'ENOENT' ? `there is no \`${opa}\`` : message;
  return { status: ran.status, out: ran.stdout ?? '', err: ran.stderr ?? '', failed };
}

/** What this opa knows, without the built-ins that nobody would answer in Wasm; null where it is no such list. */
function withinWasm(text: string): string | null {
  const all = parsed(text) as { readonly builtins?: unknown } | null;
  if (!Array.isArray(all?.builtins)) return null;
  const builtins = (all.builtins as readonly { readonly name?: unknown }[]).filter(
    ({ name }) => typeof name === 'string' && wasmBuiltins.has(name),
  );
  return JSON.stringify({ ...all, builtins });
}

const mostFaults = 20;

/** What opa says, with places where it gives them. */
function faultsIn(text: string): readonly RegoFault[] {
  const { errors } = (parsed(text) ?? {}) as { readonly errors?: unknown };
  if (!Array.isArray(errors) || errors.length === 0) {
    const message =
      text
        .trim()
        .replace(/^error: /, '')
        .split('\n')[0] ?? '';
    return [{ line: 0, column: 0, message: message || 'opa refused it' }];
  }
  return (errors as readonly OpaError[]).slice(0, mostFaults).map(({ message, location }) => ({
    line: location?.row ?? 0,
    column: location?.col ?? 0,
    message: typeof message === 'string' ? message : 'opa refused it',
  }));
}

interface OpaError {
  readonly message?: unknown;
  readonly location?: { readonly row?: number; readonly col?: number };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
