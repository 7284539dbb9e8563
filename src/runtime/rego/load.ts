import { runInNewContext } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import * as opa from '@open-policy-agent/opa-wasm';
import { base64Decode } from '../../base/bytes.ts';
import { sha256Hex } from '../../base/hash.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import type { RegoAnswer, RegoModule } from '../../engine/policy/check.ts';
import type { IrWasm } from '../../ir/program.ts';

// As a module it exports all of it as its default, which its types do not say.
const { loadPolicySync } = (opa as unknown as { readonly default: typeof opa }).default;

/** Bounds of one evaluation. */
export interface RegoLimits {
  /** How long one question may take, in milliseconds. */
  readonly deadline: number;
  /** How much memory a module may have, in pages of 64 KiB. */
  readonly pages: number;
}
/** One second and 64 MiB: a policy looks at one object. */
export const usualLimits: RegoLimits = { deadline: 1000, pages: 1024 };

/** A module that can be asked, or why there is none. */
export type LoadedRego =
  | { readonly ok: true; readonly module: RegoModule }
  | { readonly ok: false; readonly message: string };

/** Loads a compiled policy. Whatever the bytes are, it does not throw. */
export function loadRego({ gzip, sha256 }: IrWasm, limits: RegoLimits = usualLimits): LoadedRego {
  const bytes = unpacked(gzip);
  if (bytes === null) return { ok: false, message: 'the module cannot be unpacked' };
  if (sha256Hex(bytes) !== sha256)
    return { ok: false, message: 'the module is not what was compiled' };
  const compiled = attempt(() => new Wasm.Module(bytes));
  if (!compiled.ok) return { ok: false, message: `the module is no Wasm: ${compiled.message}` };
  const running = new Running(compiled.value, limits);
  const started = attempt(() => running.start());
  if (!started.ok) return { ok: false, message: `the module does not start: ${started.message}` };
  return { ok: true, module: { evaluate: (...question) => running.ask(...question) } };
}

// Node has it; its types come with those of browsers, which this project does not load.
const { WebAssembly: Wasm } = globalThis as unknown as {
  readonly WebAssembly: { readonly Module: new (bytes: Uint8Array) => WebAssembly.Module };
};

/** Largest module that is unpacked, in bytes. */
const mostBytes = 32 * 1024 * 1024;

function unpacked(gzip: string): Uint8Array<ArrayBuffer> | null {
  const packed = base64Decode(gzip);
  if (packed === null) return null;
  const read = attempt(() => gunzipSync(packed, { maxOutputLength: mostBytes }));
  return read.ok ? new Uint8Array(read.value) : null;
}

/** A module with its instance; one that was stopped or has failed is started anew. */
class Running {
  readonly #module: WebAssembly.Module;
  readonly #limits: RegoLimits;
  #policy: opa.LoadedPolicy | null = null;
  #data: JsonObject | null = null;

  constructor(module: WebAssembly.Module, limits: RegoLimits) {
    this.#module = module;
    this.#limits = limits;
  }

  start(): opa.LoadedPolicy {
    const policy =
      this.#policy ?? loadPolicySync(this.#module, { initial: 5, maximum: this.#limits.pages });
    this.#policy = policy;
    return policy;
  }

  ask(entrypoint: string, input: Json, data: JsonObject): RegoAnswer {
    const name = entrypoint.replace(/^data\./, '').replaceAll('.', '/');
    const answered = attempt(() =>
      within(this.#limits.deadline, () => {
        const policy = this.start();
        if (this.#data !== data) {
          policy.setData(data);
          this.#data = data;
        }
        return policy.evaluate(input, name) as unknown;
      }),
    );
    if (answered.ok) return { ok: true, value: resultOf(answered.value) };
    this.#policy = null;
    this.#data = null;
    return answered;
  }
}

/** `[{ "result": value }]`, empty where no rule gives one. */
function resultOf(answer: unknown): Json | undefined {
  const [first] = Array.isArray(answer) ? (answer as readonly { readonly result?: Json }[]) : [];
  return first?.result;
}

/** Runs something and stops it when its time is up, also in the middle of Wasm. */
function within<T>(deadline: number, run: () => T): T {
  return runInNewContext('run()', { run }, { timeout: deadline }) as T;
}

type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

function attempt<T>(run: () => T): Attempt<T> {
  try {
    return { ok: true, value: run() };
  } catch (error) {
    return { ok: false, message: messageOf(error) };
  }
}

// Wasm aborts with a text, the SDK throws objects that are no errors.
function messageOf(error: unknown): string {
  if (typeof error === 'string') return error;
  const { code, message } = (error ?? {}) as {
    readonly code?: unknown;
    readonly message?: unknown;
  };
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return 'it took too long';
  return typeof message === 'string' ? message : 'it failed';
}
