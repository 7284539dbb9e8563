import type { Json } from '../../base/json.ts';
import type { AtomCoverage, Truth } from '../../engine/simulate/coverage.ts';
import { printableLine } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';
import type { ModuleResult } from './result.ts';

/** Which way each condition of each placement went in how many tests, and what none goes. */
export function coverageText({ coverage }: ModuleResult): string {
  if (coverage === null) return '';
  const { atoms, written } = coverage;
  if (atoms.length === 0) return '\nno placement has a condition\n';
  const rows = atoms.map((atom) => [
    nameOf(atom),
    atom.text,
    String(atom.seen.true),
    String(atom.seen.false),
    atom.mayMiss ? String(atom.seen.missing) : '-',
  ]);
  const never = atoms.flatMap((atom) =>
    missedOf(atom).map((truth) => {
      const { file, line } = written(atom.origin);
      return `  ${file}:${line} ${nameOf(atom)}: ${atom.text} is never ${truth}`;
    }),
  );
  const all = atoms.reduce((sum, atom) => sum + branchesOf(atom).length, 0);
  const seen = all - never.length;
  const head = table(['PLACEMENT', 'CONDITION', 'TRUE', 'FALSE', 'MISSING'], rows);
  const percent = Math.floor((seen * 100) / all);
  const lines = [`branches: ${seen} of ${all} (${percent}%)`, ...never.map(printableLine)];
  return `\n${head}\n${lines.join('\n')}\n`;
}

/** The same for machines. */
export function coverageJson({ title, coverage }: ModuleResult): readonly Json[] {
  return (coverage?.atoms ?? []).map((atom) => {
    const place = coverage?.written(atom.origin);
    return {
      module: title,
      placement: atom.placement.name,
      namespace: atom.placement.namespace,
      ...(atom.group !== null && { group: atom.group }),
      condition: atom.text,
      file: place?.file ?? '',
      line: place?.line ?? 1,
      seen: { ...atom.seen },
      never: [...missedOf(atom)],
    };
  });
}

function branchesOf({ mayMiss }: AtomCoverage): readonly Truth[] {
  return mayMiss ? ['true', 'false', 'missing'] : ['true', 'false'];
}

function missedOf(atom: AtomCoverage): readonly Truth[] {
  return branchesOf(atom).filter((truth) => atom.seen[truth] === 0);
}

function nameOf({ placement: { namespace, name }, group }: AtomCoverage): string {
  const whole = namespace === '' ? name : `${namespace}/${name}`;
  return group === null ? whole : `${whole} group ${group}`;
}
