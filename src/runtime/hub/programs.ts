import { type Decoded, decode } from '../../ir/decode.ts';
import type { DeclKind, IrApp, IrDecl, IrOf, IrProgram } from '../../ir/program.ts';
import {
  type ProgramObject,
  type ProgramPart,
  programKind,
  programPartKind,
} from '../../ir/program-object.ts';
import { type KubeObject, keyOf } from '../../kube/object.ts';
import type { Projection } from '../control/controller.ts';

/** A declaration of a program by what names it on the hub; an absent namespace is the Program's own. */
export interface DeclRef {
  readonly kind: DeclKind;
  readonly namespace: string;
  readonly name: string;
}

interface Entry {
  program: ProgramObject;
  /** null after a change of the spec or of a part. */
  decoded: Decoded | null;
  index: ProgramIndex | null;
  /** resourceVersion at which the spec last changed, and the one before. */
  specVersion: string | undefined;
  replacedVersion: string | undefined;
}
interface ProgramIndex {
  readonly decls: ReadonlyMap<string, IrDecl>;
  readonly apps: readonly IrApp[];
}

/** Programs and what their parts hold, decoded when first asked for and again only after a change. */
export class Programs {
  readonly #programs = new Map<string, Entry>();
  readonly #parts = new Map<string, ProgramPart>();
  /** Programs by `namespace/part`. */
  readonly #users = new Map<string, Set<string>>();
  /** Apps by `namespace/placement`, per program; rebuilt after a change. */
  #byPlacement: Map<string, Set<string>> | null = null;

  /** What a Program's parts hold; undefined where there is no such Program. */
  decoded(key: string): Decoded | undefined {
    const entry = this.#programs.get(key);
    return entry === undefined ? undefined : this.#decode(entry);
  }

  /** One declaration; undefined where the Program cannot be read or does not declare it. */
  declaration<K extends DeclKind>(
    key: string,
    of: DeclRef & { readonly kind: K },
  ): IrOf<K> | undefined {
    return this.#index(key)?.decls.get(declKey(of)) as IrOf<K> | undefined;
  }

  /** The apps a Program declares. */
  apps(key: string): readonly IrApp[] {
    return this.#index(key)?.apps ?? [];
  }

  /** Keys (`appKey`) of all apps placed by a Placement, whatever Program they are of. */
  appsOn(placement: string): readonly string[] {
    return [...(this.#placements().get(placement) ?? [])];
  }

  /** Keys of all apps whose placements lie in a namespace. */
  appsIn(namespace: string): readonly string[] {
    const keys = new Set<string>();
    for (const [placement, apps] of this.#placements()) {
      if (placement.startsWith(`${namespace}/`)) for (const app of apps) keys.add(app);
    }
    return [...keys];
  }

  /** Programs of a namespace that refer to a part. */
  usersOf(part: string): readonly string[] {
    return [...(this.#users.get(part) ?? [])];
  }

  /** Whether this state of a Program is the one before or after its spec changed, rather than its status. */
  changedSpec(program: ProgramObject): boolean {
    const entry = this.#programs.get(keyOf(program));
    if (entry === undefined) return true;
    const { resourceVersion } = program.metadata;
    return [entry.specVersion, entry.replacedVersion].includes(resourceVersion);
  }

  change(before: KubeObject | undefined, now: KubeObject | undefined): void {
    const object = now ?? before;
    if (object === undefined) return;
    if (object.kind === programKind.kind) {
      this.#changeProgram(keyOf(object), now as ProgramObject | undefined);
    } else {
      this.#changePart(keyOf(object), now as ProgramPart | undefined);
    }
  }

  #changeProgram(key: string, now: ProgramObject | undefined): void {
    const known = this.#programs.get(key);
    if (now !== undefined && known !== undefined && sameSpec(known.program, now)) {
      known.program = now;
      return;
    }
    this.#byPlacement = null;
    if (known !== undefined) this.#use(key, known.program, false);
    if (now === undefined) {
      this.#programs.delete(key);
      return;
    }
    this.#use(key, now, true);
    const specVersion = now.metadata.resourceVersion;
    const replacedVersion = known?.program.metadata.resourceVersion;
    this.#programs.set(key, {
      program: now,
      decoded: null,
      index: null,
      specVersion,
      replacedVersion,
    });
  }

  #use(key: string, { metadata, spec }: ProgramObject, uses: boolean): void {
    for (const { name } of spec?.parts ?? []) {
      const part = `${metadata.namespace ?? ''}/${name}`;
      const users = this.#users.get(part) ?? new Set();
      if (uses) users.add(key);
      else users.delete(key);
      if (users.size === 0) this.#users.delete(part);
      else this.#users.set(part, users);
    }
  }

  #changePart(key: string, now: ProgramPart | undefined): void {
    const known = this.#parts.get(key);
    if (now === undefined) this.#parts.delete(key);
    else this.#parts.set(key, now);
    if (known !== undefined && now !== undefined && known.spec?.data === now.spec?.data) return;
    for (const user of this.#users.get(key) ?? []) {
      const entry = this.#programs.get(user);
      if (entry === undefined) continue;
      entry.decoded = null;
      entry.index = null;
      this.#byPlacement = null;
    }
  }

  #decode(entry: Entry): Decoded {
    const { metadata, spec } = entry.program;
    entry.decoded ??= decode(
      { irVersion: spec?.irVersion ?? '', parts: spec?.parts ?? [] },
      (name) => this.#parts.get(`${metadata.namespace ?? ''}/${name}`),
    );
    return entry.decoded;
  }

  #index(key: string): ProgramIndex | undefined {
    const entry = this.#programs.get(key);
    if (entry === undefined) return undefined;
    const decoded = this.#decode(entry);
    if (decoded.state !== 'ok') return undefined;
    entry.index ??= indexOf(decoded.program, entry.program.metadata.namespace ?? '');
    return entry.index;
  }

  #placements(): Map<string, Set<string>> {
    if (this.#byPlacement !== null) return this.#byPlacement;
    const byPlacement = new Map<string, Set<string>>();
    for (const [key, { program }] of this.#programs) {
      for (const app of this.apps(key)) {
        const namespace = namespaceOf(app, program);
        for (const { placement } of app.on) {
          const at = `${namespace}/${placement}`;
          const apps = byPlacement.get(at) ?? new Set();
          byPlacement.set(at, apps.add(appKey(program, app)));
        }
      }
    }
    this.#byPlacement = byPlacement;
    return byPlacement;
  }
}

function sameSpec(a: ProgramObject, b: ProgramObject): boolean {
  return (
    JSON.stringify(a.spec) === JSON.stringify(b.spec) &&
    a.metadata.deletionTimestamp === b.metadata.deletionTimestamp &&
    a.metadata.uid === b.metadata.uid
  );
}

function indexOf(program: IrProgram, namespace: string): ProgramIndex {
  const decls = new Map(
    program.decls.map((decl) => [
      declKey({ ...decl, namespace: decl.namespace || namespace }),
      decl,
    ]),
  );
  return {
    decls,
    apps: program.decls.filter(
      (decl): decl is IrApp => decl.kind === 'app' && decl.via === undefined,
    ),
  };
}

function declKey({ kind, namespace, name }: DeclRef): string {
  return `${kind}/${namespace}/${name}`;
}

/** The namespace a declaration's objects lie in: its own, else the Program's. */
export function namespaceOf(
  { namespace }: { readonly namespace: string },
  { metadata }: ProgramObject,
): string {
  return namespace || (metadata.namespace ?? '');
}

/** `<program namespace>/<program>/<app namespace>/<app>`: names one app on the hub. */
export function appKey(program: ProgramObject, app: Pick<IrApp, 'namespace' | 'name'>): string {
  return `${keyOf(program)}/${namespaceOf(app, program)}/${app.name}`;
}

/** The apps of a program that become works, by `appKey`. */
export function declaredApps(
  program: ProgramObject,
  ir: Pick<IrProgram, 'decls'>,
): ReadonlyMap<string, { readonly app: IrApp; readonly namespace: string }> {
  const apps = ir.decls.filter(
    (decl): decl is IrApp => decl.kind === 'app' && decl.via === undefined,
  );
  return new Map(
    apps.map((app) => [appKey(program, app), { app, namespace: namespaceOf(app, program) }]),
  );
}

/** The inverse of `appKey`; null for any other text. */
export function parseAppKey(
  key: string,
): { readonly program: string; readonly namespace: string; readonly name: string } | null {
  const [programNamespace, program, namespace, name, ...rest] = key.split('/');
  if (!programNamespace || !program || !namespace || !name || rest.length > 0) return null;
  return { program: `${programNamespace}/${program}`, namespace, name };
}

/** Programs as controllers of the hub see them. */
export const programsProjection: Projection<Programs> = {
  name: 'programs',
  kinds: [{ kind: programKind }, { kind: programPartKind }],
  create: () => new Programs(),
  change: (programs, before, now) => programs.change(before, now),
};
