import type { DeclKind, IrDecl, IrOf, IrProgram } from '../program.ts';
import { lowerAddOn } from './addon.ts';
import { lowerApp } from './app.ts';
import { lowerBinding } from './binding.ts';
import { lowerClusterSet } from './clusterset.ts';
import { type LoweredDecl, type LoweredObject, type Remark, refOfDecl } from './lowered.ts';
import { lowerPlacement } from './placement.ts';
import { lowerPolicy } from './policy.ts';
import { mergeBindings } from './policy-binding.ts';
import { lowerPolicySet } from './policyset.ts';
import { lowerResource } from './resource.ts';

/** One construct's way to upstream objects. A table that lacks a construct does not compile. */
type Lowerers = { readonly [K in DeclKind]: (decl: IrOf<K>) => LoweredDecl };

const lowerers: Lowerers = {
  clusterset: lowerClusterSet,
  binding: lowerBinding,
  placement: lowerPlacement,
  policy: lowerPolicy,
  policyset: lowerPolicySet,
  app: lowerApp,
  addon: lowerAddOn,
  resource: lowerResource,
};

/** The objects a program stands for, in order of its declarations. */
export interface Lowered {
  readonly objects: readonly LoweredObject[];
  /** Declarations that became nothing, because upstream cannot express them. */
  readonly refused: readonly Remark[];
  /** Warnings. */
  readonly remarks: readonly Remark[];
}

/** Lowers a program to upstream objects. Used by `ocm compile -o yaml` and by the hub, so both write the same. */
export function lower(program: Pick<IrProgram, 'decls'>): Lowered {
  const lowered = program.decls.map((decl) => ({ decl, ...lowerDecl(decl) }));
  const objects = lowered.flatMap(({ decl, objects }) =>
    objects.map((object) => ({ object, decl: refOfDecl(decl), origin: decl.origin })),
  );
  return {
    objects: mergeBindings(objects),
    refused: lowered.flatMap(({ refused }) => refused),
    remarks: lowered.flatMap(({ remarks }) => remarks),
  };
}

/** Lowers one declaration. */
export function lowerDecl<K extends DeclKind>(decl: IrOf<K>): LoweredDecl {
  const lowerer: (of: IrOf<K>) => LoweredDecl = lowerers[decl.kind as K];
  return lowerer(decl);
}

/** Does a declaration stay in its Program, whatever it is lowered to: can no upstream object hold it? */
export function staysInProgram(decl: IrDecl): boolean {
  return (
    (decl.kind === 'app' && decl.via === undefined) ||
    (decl.kind === 'placement' && decl.via === 'engine')
  );
}
