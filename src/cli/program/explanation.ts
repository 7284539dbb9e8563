import type { Json } from '../../base/json.ts';
import type { Explanation } from '../../engine/placement/explain.ts';
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
  for (const step of steps) {
    if (step.step === 'filter') {
      const dropped = step.dropped.map((one) => `  ${one.cluster}: ${one.why}`);
      lines.push(`${step.by}: keeps ${step.kept.length}, drops ${dropped.length}`, ...dropped);
    } else {
      const values = [...step.scores].map(([name, score]) => `${name}=${score}`).join(' ');
      lines.push(`${step.by} (weight ${step.weight}): ${values || 'every cluster scores 0'}`);
    }
  }
  const ranked = [...scores].sort(([, a], [, b]) => b - a);
  if (ranked.length > 0)
    lines.push(`total: ${ranked.map(([name, n]) => `${name}=${n}`).join(' ')}`);
  for (const { message } of outcome.conditions) lines.push(message);
  if (outcome.error !== null) lines.push(outcome.error);
  return printable(`${lines.join('\n')}\n`);
}

/** An explanation for machines. */
export function explanationJson(
  { outcome, sets, steps, scores, nearest }: Explanation,
  files: readonly IrFile[],
): Json {
  return {
    selected: [...outcome.selected],
    sets: [...sets],
    steps: steps.map((step): Json => {
      if (step.step === 'filter') {
        return { ...step, kept: [...step.kept], dropped: step.dropped.map((one) => ({ ...one })) };
      }
      return { ...step, scores: Object.fromEntries(step.scores) };
    }),
    scores: Object.fromEntries(scores),
    ...(nearest !== null && {
      nearest: nearest.map(({ origin, facts, ...turn }) => ({
        ...turn,
        facts: facts.map((fact) => ({ ...fact })),
        ...(origin !== null && { at: originText(files, origin) }),
      })),
    }),
    conditions: outcome.conditions.map((condition) => ({ ...condition })),
    ...(outcome.error !== null && { error: outcome.error }),
  };
}

/** What would have to be otherwise for the cluster to pass, or no longer to pass; nothing where `where` is not why. */
function nearestLines(
  { nearest, outcome, steps }: Explanation,
  files: readonly IrFile[],
  cluster: string,
): readonly string[] {
  if (nearest === null || nearest.length === 0) return [];
  const passes = outcome.selected.includes(cluster);
  const fails = steps.some(
    (step) =>
      step.step === 'filter' &&
      step.by === 'Predicate' &&
      step.dropped.some((one) => one.cluster === cluster),
  );
  if (!passes && !fails) return [];
  const lines = nearest.map(({ text, mustHold, facts, origin }) => {
    const now = facts.map(({ name, value }) => `${name} is ${value ?? 'not known'}`).join(', ');
    const at = origin === null ? '' : `  ${originText(files, origin)}`;
    return `  ${text} has to be ${mustHold}${now === '' ? '' : ` (${now})`}${at}`;
  });
  return [passes ? 'it would be dropped if' : 'it would pass `where` if', ...lines];
}

function verdict({ outcome, steps, scores }: Explanation, cluster: string): string {
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
    return `${cluster} is not selected: it ranks below the first ${outcome.selected.length}`;
  }
  return `${cluster} is not selected: it is in none of the sets the placement may choose from`;
}
