import type { JsonObject } from '../../../base/json.ts';
import type { Span } from '../../../base/span.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import type { IrComplianceType, IrObjectTemplate, Origin } from '../../../ir/program.ts';
import type { LabelSelector } from '../../../kube/object.ts';
import type { Checked, Within } from '../../check/checked.ts';
import { knownValue, textOf } from '../../check/known.ts';
import { type DiagnosticCode, type Problem, problem } from '../../diagnostics.ts';
import { toJson } from '../../fold/value.ts';
import type { Place } from '../../place.ts';
import { type EmitContext, originOf } from '../context.ts';
import { objectExpr } from '../manifest.ts';
import { isWrittenOut, templatedObject } from './definition.ts';
import { maxTemplateSteps, type Shared, startShared } from './draft.ts';
import { type RawItem, rawText } from './raw.ts';

/** What writing the templates of a policy needs to know. */
export type TemplateContext = Pick<EmitContext, 'session' | 'plainTemplates'>;
/** The objects of a ConfigurationPolicy: a list, or the text that yields one (Rule 47). */
export interface EmittedObjects {
  readonly objects: readonly IrObjectTemplate[];
  readonly objectsRaw?: string;
}

/** The object templates of `musthave` and its kin. */
export function emitObjects(
  blocks: readonly Checked[],
  policy: Checked<'policy'>,
  context: TemplateContext,
): EmittedObjects {
  const described = blocks.flatMap((block) => describe(block));
  const isRaw = described.some(
    ({ block, definition }) => block.within.length > 0 || !isWrittenOut(definition),
  );
  const settings = settingsOf(policy, context);
  if (isRaw) {
    const shared = startShared(settings);
    const items = framed(described, 0);
    const objectsRaw = rawText(items, { shared, bound: new Map() });
    const [first] = described;
    if (first !== undefined) report(first.block, shared, context);
    return { objects: [], objectsRaw };
  }
  const objects = described.flatMap(({ block, definition, entry }): readonly IrObjectTemplate[] => {
    const shared = startShared(settings);
    const object = templatedObject(definition, { shared, bound: new Map() });
    report(block, shared, context);
    return object === null ? [] : [{ ...entry, origin: originOf(block), definition: object }];
  });
  return { objects };
}

/** The object of another engine's template, with the hub's templates in it; null where something was reported. */
export function emitDefinition(
  block: Checked,
  policy: Checked<'policy'>,
  context: TemplateContext,
): JsonObject | null {
  const definition = objectExpr(block);
  if (definition === null) return null;
  const shared = startShared(settingsOf(policy, context));
  const object = templatedObject(definition, { shared, bound: new Map() });
  if (object === null) {
    shared.unsupported.push({ what: 'a field that is there on some clusters only', origin: null });
  }
  report(block, shared, context);
  return object;
}

function settingsOf(policy: Checked<'policy'>, { plainTemplates: plain }: TemplateContext) {
  const account = textOf(policy.values.hubServiceAccount);
  const isOwn = account === undefined;
  return {
    plain,
    hubNamespace: isOwn ? '' : policy.namespace,
    restrictedTo: isOwn ? policy.namespace : null,
  };
}

interface Described {
  readonly block: Checked;
  readonly definition: IrExpr;
  readonly entry: Omit<IrObjectTemplate, 'origin' | 'definition'>;
}

const complianceTypes: ReadonlySet<string> = new Set(['musthave', 'mustonlyhave', 'mustnothave']);

function describe(block: Checked): readonly Described[] {
  if (!complianceTypes.has(block.construct)) return [];
  const definition = objectExpr(block);
  if (definition === null) return [];
  const note = (name: string) => textOf(block.noted.values.get(name));
  const metadata = note('metadata');
  const recreate = note('recreate');
  const diff = note('diff');
  const selector = knownValue(block.noted.values.get('select'));
  const entry: Described['entry'] = {
    complianceType: block.construct as IrComplianceType,
    ...(metadata === undefined ? {} : { metadataComplianceType: metadata as IrComplianceType }),
    ...(selector === undefined ? {} : { objectSelector: toJson(selector) as LabelSelector }),
    ...(recreate === undefined
      ? {}
      : { recreate: recreate as NonNullable<IrObjectTemplate['recreate']> }),
    ...(diff === undefined
      ? {}
      : { recordDiff: diff as NonNullable<IrObjectTemplate['recordDiff']> }),
  };
  return [{ block, definition, entry }];
}

/** The loops and branches that blocks next to each other share, as one. */
function framed(blocks: readonly Described[], depth: number): readonly RawItem[] {
  const items: RawItem[] = [];
  for (let at = 0; at < blocks.length; ) {
    const first = blocks[at];
    const frame = first?.block.within[depth]?.frame;
    let end = at + 1;
    if (frame !== undefined) {
      while (blocks[end]?.block.within[depth]?.frame === frame) end += 1;
    }
    if (first !== undefined) items.push(frameOf(frame, blocks.slice(at, end), depth));
    at = end;
  }
  return items;
}

function frameOf(
  frame: Within['frame'] | undefined,
  blocks: readonly Described[],
  depth: number,
): RawItem {
  const [first] = blocks;
  if (frame === undefined || first === undefined) {
    return {
      raw: 'object',
      entry: entryOf(first?.entry),
      definition: first?.definition ?? { op: 'const', type: 'json', value: {} },
    };
  }
  if (frame.is === 'for') {
    const { variables, over, test } = frame;
    return { raw: 'for', variables, over, test, items: framed(blocks, depth + 1) };
  }
  const side = (holds: boolean) =>
    framed(
      blocks.filter(({ block }) => block.within[depth]?.side === holds),
      depth + 1,
    );
  return { raw: 'if', test: frame.test, yes: side(true), no: side(false) };
}

/** An entry of `object-templates` in upstream's words, without its object. */
function entryOf(entry: Described['entry'] | undefined): JsonObject {
  if (entry === undefined) return {};
  const { recreate, objectSelector, ...rest } = entry;
  return {
    ...rest,
    ...(objectSelector === undefined ? {} : { objectSelector: objectSelector as JsonObject }),
    ...(recreate === undefined ? {} : { recreateOption: recreate }),
  };
}

/** Says what was found while the templates of an object, or of a whole config, were written. */
function report(block: Checked, shared: Shared, { session }: TemplateContext): void {
  const seen = new Set<string>();
  const say = (
    origin: Origin | null,
    make: (span: Problem['span']) => Problem<DiagnosticCode>,
  ): void => {
    const { place, span } = placeOf(origin, block);
    const found = make(span);
    const key = `${found.code} ${place.base} ${span.start} ${span.end}`;
    if (seen.has(key)) return;
    seen.add(key);
    session.report(place, found);
  };
  for (const { what, origin } of shared.unsupported) {
    const help = ['a Go template cannot say it: compute it while compiling, or on the hub'];
    say(origin, (span) => problem('OCM3001', span, { atom: plainWord(what) }, { help }));
  }
  if (shared.steps < 0) {
    const limit = `${maxTemplateSteps} steps in the templates of one object`;
    say(null, (span) => problem('OCM2036', span, { limit }));
  }
  for (const origin of shared.leaks) {
    const help = ['a secret is the value of a field of the object, outside its metadata'];
    say(origin, (span) => problem('OCM4020', span, {}, { help }));
  }
  for (const { kind: sort, name, namespace: there, origin } of shared.outside) {
    const here = shared.restrictedTo || 'none';
    const help = ['an account that may look there: `hubServiceAccount: "…"` on the policy'];
    say(origin, (span) => problem('OCM2302', span, { sort, name, there, here }, { help }));
  }
  for (const origin of shared.unguarded) {
    say(origin, (span) => problem('OCM3017', span, {}));
  }
}

/** Where something is written: in a declaration of the file, which may be another one, or else the head of the block. */
function placeOf(origin: Origin | null, { file, shaped }: Checked): PlacedSpan {
  const head = { place: shaped.place, span: shaped.head.span };
  if (origin === null || origin.file !== file.index) return head;
  const { start, end } = origin.span;
  const isIn = ({ base, chunk }: Place): boolean =>
    start >= base && end <= base + chunk.text.length;
  const place = [shaped, ...file.decls].map((each) => each.place).find(isIn);
  if (place === undefined) return head;
  return { place, span: { start: start - place.base, end: end - place.base } };
}

interface PlacedSpan {
  readonly place: Place;
  readonly span: Span;
}

function plainWord(what: string): string {
  return what.replaceAll('`', '');
}
