import { sha256Hex } from '../../base/hash.ts';
import { type IrDecl, type IrFile, type IrProgram, irVersion } from '../../ir/program.ts';
import type { Checked, CheckedProgram } from '../check/checked.ts';
import type { Session } from '../check/session.ts';
import { emitAddOn } from './addon.ts';
import { emitApp } from './app.ts';
import { emitClusterset } from './clusterset.ts';
import { type EmitContext, type Emitters, type Outer, reporting } from './context.ts';
import { emitNamespace } from './namespace.ts';
import { emitPlacement } from './placement.ts';
import { emitPolicy } from './policy.ts';
import { emitPolicySet } from './policyset.ts';
import { emitResource } from './resource.ts';
import { emitRollout } from './rollout.ts';

const emitters: Emitters = {
  clusterset: emitClusterset,
  namespace: emitNamespace,
  placement: emitPlacement,
  policy: emitPolicy,
  policyset: emitPolicySet,
  app: emitApp,
  addon: emitAddOn,
  resource: emitResource,
  rollout: emitRollout,
  // Tests leave the compiler as a plan of their own (emit/tests).
  fixture: emitNothing,
  test: emitNothing,
};

function emitNothing(): readonly IrDecl[] {
  return [];
}

/**
 * The IR of a checked program: the blocks of its root module, in the order of their files. What is found only now,
 * such as a file that cannot be read, is reported to the session.
 */
export function emitProgram(
  checked: CheckedProgram,
  session: Session,
  { plainTemplates = false }: Partial<Pick<EmitContext, 'plainTemplates'>> = {},
): IrProgram {
  const files: IrFile[] = checked.program.files.map(({ uri, source }) => fileOf(uri, source.text));
  const indexes = new Map(files.map(({ uri }, index) => [uri, index]));
  const context: EmitContext = {
    checked,
    session,
    plainTemplates,
    indexOf: (uri, text) => {
      const known = indexes.get(uri);
      if (known !== undefined) return known;
      const index = files.push(fileOf(uri, text)) - 1;
      indexes.set(uri, index);
      return index;
    },
  };
  const decls = checked.blocks.flatMap((block) => emitBlock(block, context));
  return { irVersion, files, decls: withoutTwins(decls) };
}

const reports: ReadonlySet<string> = new Set(reporting);

/** Emits the blocks of the root module for the sake of what is reported with them. */
export function checkEmission(
  checked: CheckedProgram,
  session: Session,
  { plainTemplates = false }: Partial<Pick<EmitContext, 'plainTemplates'>> = {},
): void {
  const context: EmitContext = { checked, session, plainTemplates, indexOf: () => 0 };
  const emit = (block: Checked): void => void emitBlock(block, context);
  for (const block of checked.blocks) {
    if (reports.has(block.construct)) session.keep('emit', block, emit);
  }
}

function emitBlock(block: Checked, context: EmitContext): readonly IrDecl[] {
  const construct = block.construct as Outer;
  const emitter = emitters[construct] as (of: Checked, to: EmitContext) => readonly IrDecl[];
  return emitter(block, context);
}

/** Several bodies of one namespace may bind the same set (Rule 23). */
function withoutTwins(decls: readonly IrDecl[]): readonly IrDecl[] {
  const seen = new Set<string>();
  return decls.filter((decl) => {
    if (decl.kind !== 'binding') return true;
    const key = `${decl.namespace}/${decl.name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function fileOf(uri: string, text: string): IrFile {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1))
    lineStarts.push(at + 1);
  return {
    uri,
    // a check asks nobody for the digest, which is a tenth of what it does with a small file
    get sha256() {
      return sha256Hex(text);
    },
    lineStarts,
  };
}
