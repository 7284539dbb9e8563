import type { Span } from '../../base/span.ts';
import { lower } from '../../ir/lower/lower.ts';
import type { LoweredObject } from '../../ir/lower/lowered.ts';
import type { IrDecl, IrPolicyTemplate, IrProgram, Origin } from '../../ir/program.ts';
import type { KubeObject } from '../../kube/object.ts';
import { type Checked, type CheckedProgram, isOf } from '../check/checked.ts';
import { inFile } from '../place.ts';
import { schemas } from '../schema/constructs.ts';
import type { BodyNode, ElementNode, Expr, PropertyNode } from '../syntax/ast.ts';
import { originOf } from './context.ts';

/** A field of an emitted object, as a path (`spec.tolerations[0]`; `''` is the object), and what was written for it. */
export interface MappedField {
  readonly path: string;
  readonly origin: Origin;
}
export interface MappedObject {
  readonly object: KubeObject;
  /** In the order they were found; of a field without an entry the longest path before it tells. */
  readonly fields: readonly MappedField[];
}

/** From every object a program stands for, and from its fields, back to what was written. */
export function sourceMap(program: IrProgram, { blocks }: CheckedProgram): readonly MappedObject[] {
  const found = new Map<string, Checked>();
  const index = (block: Checked): void => {
    found.set(key(originOf(block)), block);
    for (const child of block.children) index(child);
  };
  for (const block of blocks) index(block);
  const blockAt = (origin: Origin) => found.get(key(origin));
  const decls = new Map(program.decls.map((decl) => [nameOf(decl), decl]));
  return lower(program).objects.map(({ object, decl, origin }: LoweredObject) => {
    const of = decls.get(nameOf(decl));
    const own = blockAt(origin);
    const isMain = of !== undefined && own !== undefined && isItself(object, of);
    const fields = isMain ? [...ofBlock(own, ''), ...ofParts(of, object, blockAt)] : [];
    return { object, fields: [{ path: '', origin }, ...fields] };
  });
}

/** Where a field was written: the entry of its path, or of the longest path it lies in. */
export function originAt({ fields }: MappedObject, path: string): Origin | null {
  let best: MappedField | null = null;
  for (const field of fields) {
    const isPrefix = path === field.path || field.path === '' || isBelow(path, field.path);
    if (isPrefix && field.path.length >= (best?.path.length ?? 0)) best = field;
  }
  return best?.origin ?? null;
}

function isBelow(path: string, prefix: string): boolean {
  const next = path[prefix.length];
  return path.startsWith(prefix) && (next === '.' || next === '[');
}

/** A declaration may bring more objects than its own: bindings, namespaces. They are written by its head. */
function isItself({ kind, metadata }: KubeObject, decl: IrDecl): boolean {
  if (decl.kind === 'binding') return false;
  return kind !== 'PlacementBinding' && kind !== 'Namespace' && metadata.name === decl.name;
}

/** What stands in the parts of a declaration that became fields of its object. */
function ofParts(
  decl: IrDecl,
  object: KubeObject,
  blockAt: (origin: Origin) => Checked | undefined,
): readonly MappedField[] {
  const at = (path: string, origin: Origin, manifest = path): readonly MappedField[] => {
    const block = blockAt(origin);
    return [{ path, origin }, ...(block === undefined ? [] : ofBlock(block, manifest))];
  };
  switch (decl.kind) {
    case 'placement': {
      const groups = blockAt(decl.origin)?.children.filter((child) => isOf(child, 'group')) ?? [];
      const list = 'spec.decisionStrategy.groupStrategy.decisionGroups';
      return groups.flatMap((group, index) => at(`${list}[${index}]`, originOf(group)));
    }
    case 'policy':
      return decl.templates.flatMap((template, index) =>
        ofTemplate(template, `spec.policy-templates[${index}]`, at),
      );
    case 'app': {
      const list =
        object.kind === 'ManifestWorkReplicaSet'
          ? 'spec.manifestWorkTemplate.workload.manifests'
          : null;
      if (list === null) return [];
      return decl.manifests.flatMap(({ origin }, index) => at(`${list}[${index}]`, origin));
    }
    case 'addon': {
      const block = blockAt(decl.origin);
      const installs = block?.children.filter((child) => isOf(child, 'install')) ?? [];
      const list = 'spec.installStrategy.placements';
      return installs.flatMap((install, index) => at(`${list}[${index}]`, originOf(install)));
    }
    default:
      return [];
  }
}

function ofTemplate(
  template: IrPolicyTemplate,
  path: string,
  at: (path: string, origin: Origin, manifest?: string) => readonly MappedField[],
): readonly MappedField[] {
  const own = at(path, template.origin, `${path}.objectDefinition`);
  if (template.template !== 'config') return own;
  const list = `${path}.objectDefinition.spec.object-templates`;
  const objects = template.objects.flatMap(({ origin }, index) => {
    const entry = `${list}[${index}]`;
    return at(entry, origin, `${entry}.objectDefinition`);
  });
  return [...own, ...objects];
}

/** The keys of a block by the fields they lower to, or the body of a manifest field by field. */
function ofBlock(block: Checked, prefix: string): readonly MappedField[] {
  const { shaped, construct } = block;
  const here = (span: Span): Origin => ({
    file: block.file.index,
    span: inFile(shaped.place, span),
  });
  const schema = schemas[construct];
  if (schema.body === 'manifest') return ofBody(shaped.body, prefix, here);
  const keys = shaped.keys as Readonly<Record<string, PropertyNode | null>>;
  return Object.entries(schema.keys).flatMap(([name, { lowersTo }]: [string, Lowers]) => {
    const written = keys[name];
    if (written === null || written === undefined) return [];
    if (name === 'raw') return ofExpr(written.value, prefix, here);
    if (lowersTo === undefined || !isPath(lowersTo)) return [];
    const path = join(prefix, lowersTo);
    const inside =
      name === 'labels' || name === 'annotations'
        ? ofExpr(written.value, path, here)
        : elements(written.value, path, here);
    return [{ path, origin: here(written.span) }, ...inside];
  });
}

interface Lowers {
  readonly lowersTo?: string;
}

type Here = (span: Span) => Origin;

function ofExpr(value: Expr, path: string, here: Here): readonly MappedField[] {
  if (value.kind === 'body') return ofBody(value, path, here);
  return elements(value, path, here, (element, at) => ofExpr(element, at, here));
}

function ofBody({ items }: BodyNode, path: string, here: Here): readonly MappedField[] {
  return items.flatMap((item): readonly MappedField[] => {
    if (item.kind !== 'property') return [];
    const name = keyText(item);
    if (name === null) return [];
    const at = member(path, name);
    return [{ path: at, origin: here(item.span) }, ...ofExpr(item.value, at, here)];
  });
}

/** The elements of a list by their index; after a spread or loop nobody can tell it. */
function elements(
  value: Expr,
  path: string,
  here: Here,
  inside: (element: Expr, path: string) => readonly MappedField[] = () => [],
): readonly MappedField[] {
  if (value.kind !== 'list') return [];
  const found: MappedField[] = [];
  for (const [index, element] of value.elements.entries()) {
    if (isManifold(element)) break;
    const at = `${path}[${index}]`;
    found.push({ path: at, origin: here(element.span) }, ...inside(element, at));
  }
  return found;
}

function isManifold(
  element: ElementNode,
): element is Extract<ElementNode, { readonly kind: 'spread' | 'forElement' }> {
  return element.kind === 'spread' || element.kind === 'forElement';
}

function keyText({ key: written }: PropertyNode): string | null {
  if (written.kind !== 'string') return written.text;
  const [only, ...more] = written.parts;
  return typeof only === 'string' && more.length === 0 ? only : null;
}

/** A path of the schema's tables that is one: others are words for people. */
function isPath(text: string): boolean {
  return /^[a-z][A-Za-z]*(\.[A-Za-z]+)*$/.test(text);
}

function join(path: string, below: string): string {
  return path === '' ? below : `${path}.${below}`;
}

/** `spec.replicas`; a key that is no word stands in brackets: `metadata.labels["a/b"]`. */
function member(path: string, name: string): string {
  return /^[A-Za-z_$][-\w$]*$/.test(name) ? join(path, name) : `${path}[${JSON.stringify(name)}]`;
}

function key({ file, span }: Origin): string {
  return `${file} ${span.start} ${span.end}`;
}

function nameOf({ kind, namespace, name }: Pick<IrDecl, 'kind' | 'namespace' | 'name'>): string {
  return `${kind} ${namespace}/${name}`;
}
