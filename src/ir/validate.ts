import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { maxNesting, nestingOf } from './nesting.ts';
import type { IrProgram } from './program.ts';
import { irSchema } from './schema/program.ts';

/** One place where a value is no IR. */
export interface IrError {
  /** JSON pointer into the value; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** A program, or at most `maxErrors` places where the value is none. */
export type IrValidation =
  | { readonly ok: true; readonly program: IrProgram }
  | { readonly ok: false; readonly errors: readonly IrError[] };

const maxErrors = 20;

let compiled: ValidateFunction<IrProgram> | undefined;

/** Tells a program from any other value, by the schema; never throws. The schema is compiled at the first call. */
export function validateIr(value: unknown): IrValidation {
  if (nestingOf(value, maxNesting) > maxNesting) {
    const message = `must not nest deeper than ${maxNesting} levels`;
    return { ok: false, errors: [{ path: '', message }] };
  }
  compiled ??= compile();
  if (compiled(value)) return { ok: true, program: value };
  return { ok: false, errors: (compiled.errors ?? []).slice(0, maxErrors).map(written) };
}

function compile(): ValidateFunction<IrProgram> {
  // Without `allErrors` a long list of wrong things ends at the first one. Functions are kept small (`inlineRefs`), so
  // that `maxNesting` levels fit the stack several times over.
  const ajv = new Ajv2020({
    discriminator: true,
    strict: true,
    allowUnionTypes: true,
    inlineRefs: false,
  });
  return ajv.compile<IrProgram>(irSchema());
}

function written({ instancePath, message, params, keyword }: ErrorObject): IrError {
  const detail = keyword === 'additionalProperties' ? `: ${params['additionalProperty']}` : '';
  return { path: instancePath, message: `${message ?? keyword}${detail}` };
}
