import { spawn } from 'node:child_process';
import type { RenderInput } from '../../lang/vendored.ts';
import { CommandFailure, exit, type Io } from '../io.ts';

/** `null`: there is no helm on this machine. */
export type RenderOutcome = string | null;

/**
 * What a chart renders to, by the real `helm template`: hooks are objects like others, tests are left out, CRDs come
 * along. Twice, because what differs from one time to the next would change every work for ever.
 */
export async function renderChart(
  text: string,
  folder: string,
  input: RenderInput,
  io: Pick<Io, 'env' | 'signal'>,
): Promise<RenderOutcome> {
  const first = await template(text, folder, input, io);
  if (first === null) return null;
  const second = await template(text, folder, input, io);
  if (first === second) return first;
  throw new CommandFailure(
    exit.no,
    `${text}: it renders differently each time (random names, passwords or certificates): set them in \`values\``,
  );
}

/** Bytes of a rendering at most. */
const maxOutput = 32 * 1024 * 1024;

function template(
  text: string,
  folder: string,
  { name, namespace, values }: RenderInput,
  { env, signal }: Pick<Io, 'env' | 'signal'>,
): Promise<RenderOutcome> {
  const args = ['template', name, folder, '--namespace', namespace, '--include-crds'];
  return new Promise((resolve, reject) => {
    const fail = (why: string, code: 1 | 3): void =>
      reject(new CommandFailure(code, `${text}: helm: ${why}`));
    const child = spawn(env['OCM_HELM'] ?? 'helm', [...args, '--skip-tests', '--values', '-'], {
      env,
      signal,
      timeout: 120_000,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxOutput) child.kill();
      else chunks.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors = `${errors}${chunk.toString('utf8')}`.slice(-2000);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve(null);
      else fail(error.message, exit.environment);
    });
    child.on('close', (code) => {
      if (size > maxOutput) fail(`it renders to more than ${maxOutput >> 20} MiB`, exit.no);
      else if (code === 0) resolve(Buffer.concat(chunks).toString('utf8'));
      else fail(errors.trim() || `it ended with ${String(code)}`, exit.no);
    });
    // Whoever ends early does not read to the end.
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(values));
  });
}
