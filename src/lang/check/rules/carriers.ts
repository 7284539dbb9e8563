import { isJsonObject } from '../../../base/json.ts';
import type { Span } from '../../../base/span.ts';
import type { IrExpr } from '../../../ir/expr.ts';
import { lookupExpr, lookupsIn } from '../../../ir/lookup.ts';
import { problem } from '../../diagnostics.ts';
import type { Value } from '../../fold/value.ts';
import { type Carrier, carrierOf } from '../carrier.ts';
import { type Around, blocksOf, type Checked } from '../checked.ts';
import { knownValue, listOf, placedEntry } from '../known.ts';
import { rolloutKeys } from '../rollout-value.ts';
import type { Session } from '../session.ts';
import { sourceIn } from '../sources.ts';
import { placeOfAtom } from './atoms.ts';
import { type BlockRule, keySpan, nameSpan, reportOn, valueSpan } from './rule.ts';
import { areDisjoint } from './selection.ts';

type App = Checked<'app'>;

/** OCM2026, OCM2029, OCM2034, OCM3301, OCM3302, OCM3303 and OCM4019: what each carrier of an app can do (§5.4). */
export const carriers: BlockRule<'app'> = (app, session, program) => {
  const carrier = carrierOf(app);
  checkKeys(app, carrier, session);
  if (carrier === 'subscription') checkImported(app, session);
  if (carrier === 'replicaset') checkReplicaSet(app, program, session);
  if (carrier === 'argocd' || carrier === 'subscription') checkSources(app, carrier, session);
};

/** Keys a carrier has no place for. */
const without: Readonly<Record<Carrier, readonly (keyof App['values'])[]>> = {
  works: ['cascade'],
  replicaset: [],
  argocd: ['rollout', 'executor', 'delete', 'orphan', 'ttl', 'cascade'],
  subscription: ['rollout', 'executor', 'delete', 'orphan', 'ttl', 'cascade'],
};

function checkKeys(app: App, carrier: Carrier, session: Session): void {
  const other = `\`via: ${carrier}\``;
  for (const key of without[carrier]) {
    if (app.shaped.keys[key] === null) continue;
    const help = [key === 'cascade' ? 'it is for `via: replicaset`' : 'leave it out'];
    reportOn(app, problem('OCM2026', keySpan(app, key), { key, other }, { help }), session);
  }
  const carriesManifests = carrier === 'works' || carrier === 'replicaset';
  if (!carriesManifests) {
    for (const block of app.children) {
      const key = block.construct;
      const help = ['a chart or a git tree is passed on; objects of your own go `via: works`'];
      const { span } = block.shaped.head;
      reportOn(block, problem('OCM2026', span, { key, other }, { help }), session);
    }
    for (const value of listOf(app.values.on) ?? []) {
      if (placedEntry(value)?.rollout === undefined || carrier !== 'argocd') continue;
      const params = { key: 'rollout', other };
      reportOn(app, problem('OCM2026', keySpan(app, 'on'), params), session);
    }
  }
  if (app.shaped.keys.window !== null && (carrier === 'replicaset' || carrier === 'argocd')) {
    const help = ['use `via: works`, whose rollouts wait for the window'];
    const found = problem('OCM3303', keySpan(app, 'window'), { carrier }, { help });
    reportOn(app, found, session);
  }
}

/** Only the importer writes it (§9.6). */
function checkImported(app: App, session: Session): void {
  const { via } = app.shaped.keys;
  if (via?.notes.some(({ name }) => name.text === 'imported') !== false) return;
  const help = ['today: `via: works` or `via: argocd`'];
  const found = problem('OCM2034', valueSpan(app, 'via'), { word: 'via: subscription' }, { help });
  reportOn(app, found, session);
}

function checkSources(app: App, carrier: Carrier, session: Session): void {
  const values = listOf(app.values.resources);
  if (app.shaped.keys.resources !== null && values === undefined) return;
  for (const [index, value] of (values ?? []).entries()) {
    const source = sourceIn(value);
    if (source === undefined || source.from === 'helm' || source.from === 'git') continue;
    const params = { key: source.from, other: `\`via: ${carrier}\`` };
    const help = ['it is given the address of a chart or a git tree: `helm(…)`, `git(…)`'];
    reportOn(app, problem('OCM2026', sourceSpan(app, index), params, { help }), session);
  }
  if (values !== undefined && values.length > 0) return;
  const help = [`\`via: ${carrier}\` delivers a chart or a git tree: \`resources: [git("…")]\``];
  const params = { block: `this \`app\``, key: 'resources' };
  reportOn(app, problem('OCM2029', nameSpan(app), params, { help }), session);
}

function sourceSpan(app: App, index: number): Span {
  const list = app.shaped.keys.resources?.value;
  const element = list?.kind === 'list' ? list.elements[index] : undefined;
  return element?.span ?? valueSpan(app, 'resources');
}

function checkReplicaSet(app: App, program: Around, session: Session): void {
  for (const resource of blocksOf(app.children, 'resource')) {
    const { manifest } = resource;
    if (manifest === null || manifest.known) continue;
    if (reportLookup(resource, manifest.ir, program, session)) continue;
    const atom = factIn(manifest.ir);
    const { span, text } =
      atom === null
        ? { span: nameSpan(resource), text: 'this object' }
        : placeOfAtom(atom, resource, '', program);
    const help = ['it makes the same works for every cluster: use `via: works`'];
    reportOn(resource, problem('OCM3301', span, { what: text }, { help }), session);
  }
  checkHealthy(app, program, session);
  checkOverlap(app, program, session);
}

/** OCM2201: nobody looks anything up for a replica set (Rule 59). */
function reportLookup(
  resource: Checked<'resource'>,
  manifest: IrExpr,
  program: Around,
  session: Session,
): boolean {
  const [lookup] = lookupsIn(manifest);
  if (lookup === undefined) return false;
  const at = lookupExpr(lookup, lookup.origin ?? { file: -1, span: nameSpan(resource) });
  const { span } = placeOfAtom(at, resource, '', program);
  const params = { what: 'hub', where: 'the manifest of a replica set' };
  const help = ['lookups are found by the hub that renders an app: use `via: works`'];
  reportOn(resource, problem('OCM2201', span, params, { help }), session);
  return true;
}

/** The first fact about a cluster an expression reads. */
function factIn(expr: IrExpr): IrExpr | null {
  const open: unknown[] = [expr];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (Array.isArray(next)) open.push(...next);
    else if (isJsonObject(next)) {
      if (next['op'] === 'attribute' || next['op'] === 'cel') return next as unknown as IrExpr;
      if (next['op'] !== 'const') open.push(...Object.values(next));
    }
  }
  return null;
}

/** Without a Progressing rule upstream never counts a cluster as succeeded (Rule 52). */
function checkHealthy(app: App, program: Around, session: Session): void {
  const tracks = blocksOf(app.children, 'track');
  if (tracks.some(({ shaped }) => shaped.keys.healthy !== null)) return;
  const usual = knownValue(app.values.rollout);
  const isStepped = (rollout: Value | undefined): boolean => {
    const by = rolloutKeys(rollout, program)?.('by');
    return by === 'cluster' || by === 'group';
  };
  const entries = (listOf(app.values.on) ?? []).flatMap((value) => placedEntry(value) ?? []);
  if (!entries.some(({ rollout }) => isStepped(rollout ?? usual))) return;
  const [resource] = blocksOf(app.children, 'resource');
  const of = resource?.kind ? `${resource.kind.kind} ${resource.name}` : 'Deployment web';
  const help = [`say when it is done: \`track ${of} { healthy: … }\``];
  const key = app.shaped.keys.rollout === null ? 'on' : 'rollout';
  reportOn(app, problem('OCM3302', keySpan(app, key), {}, { help }), session);
}

/** Two placements that select one cluster: upstream makes one more work for it at each pass (Rule 48). */
function checkOverlap(app: App, program: Around, session: Session): void {
  const placements = (listOf(app.values.on) ?? []).flatMap((value) => {
    const symbol = placedEntry(value)?.placement;
    const block = symbol === undefined ? null : program.blockOf(symbol);
    return block === null ? [] : [block as Checked<'placement'>];
  });
  for (const [index, one] of placements.entries()) {
    const other = placements.slice(index + 1).find((each) => !areDisjoint(one, each, program));
    if (other === undefined) continue;
    const help = ['give them conditions that exclude each other, or use `via: works`'];
    const params = { one: one.name, other: other.name };
    reportOn(app, problem('OCM4019', keySpan(app, 'on'), params, { help }), session);
    return;
  }
}
