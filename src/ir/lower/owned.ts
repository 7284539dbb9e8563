import { sha256Hex } from '../../base/hash.ts';
import type { KubeObject } from '../../kube/object.ts';
import { originText } from '../origin.ts';
import type { IrFile } from '../program.ts';
import { originAnnotation, ownedLabels } from '../program-object.ts';
import type { DeclRef, LoweredObject } from './lowered.ts';

/** The Program an object belongs to. */
export interface Owner {
  readonly namespace: string;
  readonly name: string;
}

/** An object as the hub applies it: labelled with its Program and declaration, annotated with where it was written. */
export function owned(
  { object, decl, origin }: LoweredObject,
  owner: Owner,
  files: readonly IrFile[],
): KubeObject {
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, ...ownerLabels(owner, decl) },
      annotations: { ...metadata.annotations, [originAnnotation]: originText(files, origin) },
    },
  };
}

/** The labels of an object of a declaration. */
export function ownerLabels(owner: Owner, decl: DeclRef): Readonly<Record<string, string>> {
  return {
    [ownedLabels.program]: labelValue(owner.name),
    [ownedLabels.programNamespace]: owner.namespace,
    [ownedLabels.declaration]: declarationLabel(decl),
  };
}

/** The value of the declaration label: `placement.eu-web`, with a hash where that is too long for a label. */
export function declarationLabel({ kind, namespace, name }: DeclRef): string {
  const text = namespace === '' ? `${kind}.${name}` : `${kind}.${namespace}.${name}`;
  return labelValue(text);
}

const maxLabelLength = 63;
const hashLength = 10;

/** A name as the value of a label: itself, or its beginning and a hash where it is too long or has other characters. */
export function labelValue(text: string): string {
  const isLegal = /^[A-Za-z0-9][-A-Za-z0-9_.]*[A-Za-z0-9]$/.test(text);
  if (isLegal && text.length <= maxLabelLength) return text;
  const kept = text.replace(/[^-A-Za-z0-9_.]/g, '-').slice(0, maxLabelLength - hashLength - 1);
  return `${kept.replace(/^[^A-Za-z0-9]+/, '')}-${sha256Hex(text).slice(0, hashLength)}`;
}
