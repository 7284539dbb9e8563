import type { Json } from '../../base/json.ts';
import type { Dropped, Explanation, Step } from '../../engine/placement/explain.ts';
import type { Change } from '../../engine/placement/nearest-change.ts';
import { originText } from '../../ir/origin.ts';
import type { IrFile } from '../../ir/program.ts';
import { printable } from '../terminal/escape.ts';

/** An explanation for people; of one cluster it begins with the verdict. */
export function explanationText(
  explanation: Explanation,
  files: readonly IrFile[],
  cluster?: string,
): string {
  const { outcome, sets, steps, scores } = explanation;
  const lines: string[] = [];
  if (cluster !== undefined) {
    lines.push(verdict(explanation, cluster), ...nearestLines(explanation, files, cluster), '');
  } else lines.push(`selected: ${outcome.selected.join(', ') || 'none'}`, '');
  lines.push(`sets: ${sets.join(', ') || 'none'}`);
  // Who is dropped before has no scores.
  const isScored = cluster === undefined || scores.has(cluster);
  const shown = steps.filter(({ step }) => step === 'filter' || isScored);
  for (const step of shown) lines.push(...stepLines(step, files));
  const ranked = [...scores].sort(([, a], [, b]) => b - a);
  if (ranked.length > 0)
    lines.push(`total: ${ranked.map(([name, n]) => `${name}=${n}`).join(' ')}`);
  for (const { message } of outcome.conditions) lines.push(message);
  if (outcome.error !== null) lines.push(outcome.error);
  return printable(`${lines.join('\n')}\n`);
}

function stepLines(step: Step, files: readonly IrFile[]): readonly string[] {
  if (step.step === 'filter') {
    const placed = ({ origin }: Dropped) => (origin ? `  ${originText(files, origin)}` : '');
    const dropped = step.dropped.map((one) => `  ${one.cluster}: ${one.why}${placed(one)}`);
    return [`${step.by}: keeps ${step.kept.length}, drops ${dropped.length}`, ...dropped];
  }
  const values = [...step.scores].map(([name, score]) => `${name}=${score}`).join(' ');
  return [`${step.by} (weight ${step.weight}): ${values || 'every cluster scores 0'}`];
}

/** An explanation for machines. */
export function explanationJson(
  { outcome, reasons, sets, steps, scores, nearest }: Explanation,
  files: readonly IrFile[],
): Json {
  const droppedJson = ({ origin, ...dropped }: Dropped): Json => ({
    ...dropped,
    ...(origin && { at: originText(files, origin) }),
  });
  return {
    selected: [...outcome.selected],
    sets: [...sets],
    steps: steps.map((step): Json => {
      if (step.step === 'filter') {
        return { ...step, kept: [...step.kept], dropped: step.dropped.map(droppedJson) };
      }
      return { ...step, scores: Object.fromEntries(step.scores) };
    }),
    scores: Object.fromEntries(scores),
    ...(nearest !== null && {
      nearest: nearest.map((change) => changeJson(change, files)),
    }),
    reasons: reasons.map((reason) => ({
      ...reason,
      why: reason.why.map((each) => ({ ...each })),
    })),
    conditions: outcome.conditions.map((condition) => ({ ...condition })),
    ...(outcome.error !== null && { error: outcome.error }),
  };
}

function changeJson(change: Change, files: readonly IrFile[]): Json {
  if (change.change !== 'fact') return { ...change } as unknown as Json;
  const { origin, facts, ...turn } = change;
  return {
    ...turn,
    facts: facts.map((fact) => ({ ...fact })),
    ...(origin !== null && { at: originText(files, origin) }),
  };
}

/** What would have to be otherwise for the cluster to be selected, or no longer to be. */
function nearestLines(
  { nearest, outcome }: Explanation,
  files: readonly IrFile[],
  cluster: string,
): readonly string[] {
  const [first] = nearest ?? [];
  if (nearest === null || first === undefined) return [];
  const lines = nearest.map((change) => `  ${changeText(change, files)}`);
  if (outcome.selected.includes(cluster)) return ['it would be dropped if', ...lines];
  const passes = first.change === 'rank' || first.change === 'turn' || first.change === 'skew';
  return [passes ? 'it would be selected if' : 'it would pass the filters if', ...lines];
}

function changeText(change: Change, files: readonly IrFile[]): string {
  switch (change.change) {
    case 'fact': {
      const { text, mustHold, facts, origin } = change;
      const now = facts.map(({ name, value }) => `${name} is ${value ?? 'not known'}`).join(', ');
      const at = origin === null ? '' : `  ${originText(files, origin)}`;
      return `${text} has to be ${mustHold}${now === '' ? '' : ` (${now})`}${at}`;
    }
    case 'set':
      return setText(change);
    case 'toleration': {
      const { key, value, effect } = change.taint;
      const taint = `${key}${value ? `=${value}` : ''}:${effect}`;
      return `the taint ${taint} goes, or is tolerated: tolerate: [{ key: "${key}" }]`;
    }
    case 'rank': {
      const { rank, take, score, other } = change;
      return rank > take
        ? `its score ${score} passes ${other}, the lowest that is taken, or \`take: ${rank}\` (it is ${take})`
        : `its score ${score} falls behind ${other}, the highest that is not taken`;
    }
    case 'turn': {
      const { turn, take } = change;
      const wanted = turn > take ? turn : turn - 1;
      return `\`take: ${wanted}\` (it is ${take}): it is number ${turn} of those that are chosen one by one, spread`;
    }
    case 'skew': {
      const { over, ahead, skew } = change;
      return ahead === null
        ? `it has ${over}, over which clusters are spread`
        : `\`skew: ${ahead}\` (it is ${skew}) over ${over}: it would be ${ahead} ahead of the least`;
    }
  }
}

function setText({ sets, mustHold }: Extract<Change, { readonly change: 'set' }>): string {
  if (sets.length === 0) return 'some set is bound to the namespace';
  return `${mustHold ? 'it is in one of the sets' : 'it leaves its sets'} ${sets.join(', ')}`;
}

function verdict(explanation: Explanation, cluster: string): string {
  const { outcome, steps, scores } = explanation;
  if (outcome.selected.includes(cluster)) {
    const group = outcome.groups?.find(({ clusters }) => clusters.includes(cluster));
    const where = group?.name ? ` in group ${group.name}` : '';
    return `${cluster} is selected${where}`;
  }
  for (const step of steps) {
    const dropped =
      step.step === 'filter' ? step.dropped.find((one) => one.cluster === cluster) : undefined;
    if (dropped !== undefined) return `${cluster} is not selected: ${step.by}: ${dropped.why}`;
  }
  if (scores.has(cluster)) {
    const { nearest } = explanation;
    if (nearest?.some(({ change }) => change === 'skew')) {
      return `${cluster} is not selected: clusters are spread, and it would be too far ahead, or has no value`;
    }
    return `${cluster} is not selected: it ranks below the first ${outcome.selected.length}`;
  }
  return `${cluster} is not selected: it is in none of the sets the placement may choose from`;
}
