import { jsonHash } from '../../base/hash.ts';
import { lower } from '../../ir/lower/lower.ts';
import type { LoweredObject, Remark } from '../../ir/lower/lowered.ts';
import { declarationLabel, owned } from '../../ir/lower/owned.ts';
import type { IrDecl, IrProgram } from '../../ir/program.ts';
import { type ProgramObject, programGroup } from '../../ir/program-object.ts';
import { kindInfo } from '../../kube/kinds.ts';
import { type KubeObject, type Ref, refKey, refOf } from '../../kube/object.ts';

/**
 * Annotation of an owned object: the hash of its declaration and of what that is lowered to. Who may not write the
 * object cannot make it carry a new one, so what it carries is what it may be evaluated by.
 */
export const declaredAnnotation = `${programGroup}/declared`;

/** An object a Program is to own. */
export interface Wanted {
  readonly ref: Ref;
  /** With labels, origin and hash, as it is applied. */
  readonly object: KubeObject;
  readonly hash: string;
  readonly decl: IrDecl;
  /** Written when the declaration changes, and otherwise its editors' (language.md §7). */
  readonly handedOver: boolean;
}

/** What a Program declares, lowered. */
export interface Declared {
  readonly wanted: readonly Wanted[];
  /** The same by `refKey`. */
  readonly byRef: ReadonlyMap<string, Wanted>;
  /** Declarations that became nothing, because upstream cannot express them. */
  readonly refused: readonly Remark[];
  /** Values of the declaration label whose objects are still declared although they are not wanted now. */
  readonly undecided: ReadonlySet<string>;
}

const memory = new WeakMap<IrProgram, Declared>();

/** Lowers a program once: decoded programs are the same object until they change. */
export function declaredBy(ir: IrProgram, program: ProgramObject): Declared {
  const known = memory.get(ir);
  if (known !== undefined) return known;
  const declared = declare(ir, program);
  memory.set(ir, declared);
  return declared;
}

function declare(ir: IrProgram, { metadata }: ProgramObject): Declared {
  const owner = { namespace: metadata.namespace ?? '', name: metadata.name };
  const { objects, refused } = lower(ir);
  const decls = new Map(ir.decls.map((decl) => [declKey(decl), decl]));
  const wanted = objects.flatMap((lowered): readonly Wanted[] => {
    const decl = decls.get(declKey(lowered.decl));
    if (decl === undefined) return [];
    const object = owned(withNamespace(lowered, owner.namespace), owner, ir.files);
    const hash = jsonHash([object, { ...decl, origin: null }]).slice(0, 16);
    return [
      {
        ref: refOf(object),
        object: annotated(object, hash),
        hash,
        decl,
        handedOver: decl.kind === 'placement' && decl.via === 'upstream',
      },
    ];
  });
  const undecided = new Set(refused.map(({ decl }) => declarationLabel(decl)));
  const byRef = new Map(wanted.map((one) => [refKey(one.ref), one] as const));
  return { wanted, byRef, refused, undecided };
}

function declKey({ kind, namespace, name }: Pick<IrDecl, 'kind' | 'namespace' | 'name'>): string {
  return `${kind}/${namespace}/${name}`;
}

/** A declaration of no namespace is in the Program's. */
function withNamespace(lowered: LoweredObject, namespace: string): LoweredObject {
  const { object } = lowered;
  const info = kindInfo(refOf(object));
  if (object.metadata.namespace || info?.namespaced !== true) return lowered;
  return { ...lowered, object: { ...object, metadata: { ...object.metadata, namespace } } };
}

function annotated(object: KubeObject, hash: string): KubeObject {
  const annotations = { ...object.metadata.annotations, [declaredAnnotation]: hash };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
