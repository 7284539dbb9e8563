import { invariant } from '../../base/never.ts';
import { encode } from '../../ir/encode.ts';
import { lower, staysInProgram } from '../../ir/lower/lower.ts';
import type { IrProgram } from '../../ir/program.ts';
import { type ProgramObject, programKind } from '../../ir/program-object.ts';
import { apiVersionOf, type KubeObject } from '../../kube/object.ts';
import { CommandFailure, exit } from '../io.ts';

export interface ObjectsOptions {
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
}

/** Upstream's objects, and one Program with its parts for what no upstream kind can hold (language.md §8). */
export function objectsOf(program: IrProgram, options: ObjectsOptions): readonly KubeObject[] {
  const lowered = lower(program);
  // Checking asks the same function, so a program that was compiled has nothing of it; left out in silence it must not be.
  invariant(lowered.refused.length === 0, 'a compiled program has a declaration without a form');
  const objects = lowered.objects.map(({ object }) => object);
  const rest = program.decls.filter(staysInProgram);
  if (rest.length === 0) return objects;
  return [...objects, ...programObjects({ ...program, decls: rest }, options)];
}

/** The Program that carries a module, after its parts. */
export function programObjects(
  program: IrProgram,
  { name, namespace, serviceAccount }: ObjectsOptions,
): readonly KubeObject[] {
  const encoded = encode(program, { namespace });
  if (!encoded.ok) throw new CommandFailure(exit.no, encoded.why);
  const object: ProgramObject = {
    apiVersion: apiVersionOf(programKind),
    kind: programKind.kind,
    metadata: { name, ...(namespace && { namespace }) },
    spec: {
      irVersion: encoded.irVersion,
      serviceAccountName: serviceAccount,
      parts: encoded.parts,
    },
  };
  return [...encoded.objects, object];
}
