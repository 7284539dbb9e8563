import type { Span } from '../../../base/span.ts';
import { templateKinds } from '../../../ir/template-kinds.ts';
import { problem } from '../../diagnostics.ts';
import { secondary } from '../../place.ts';
import { blocksOf, type Checked } from '../checked.ts';
import { isObjectTemplate, type Policy } from './policies.ts';
import { nameSpan, type ProgramRule, reportOn } from './rule.ts';

/**
 * OCM2303: templates share the cluster's namespace on the agent, whatever namespace their policies are in (Rule 45). One
 * with `@imported` had that name in the YAML it was read from.
 */
export const templateNames: ProgramRule = ({ blocks }, session) => {
  const first = new Map<string, Named>();
  for (const named of blocksOf(blocks, 'policy').flatMap(namedIn)) {
    const { block, name, kind, span } = named;
    const key = `${kind}/${name}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, named);
      continue;
    }
    // Upstream YAML may say it, and reports it there; the importer keeps what it says.
    if (block.shaped.notes.some((note) => note.name.text === 'imported')) continue;
    const at = secondary(other.block.shaped.place, other.span, 'first used here');
    reportOn(block, problem('OCM2303', span, { name }, { secondary: [at] }), session);
  }
};

interface Named {
  readonly block: Checked;
  readonly name: string;
  readonly kind: string;
  readonly span: Span;
}

/** What a policy puts on a cluster: its implicit ConfigurationPolicy, which has its name, and its other templates. */
function namedIn(policy: Policy): readonly Named[] {
  const implicit = policy.children.some(isObjectTemplate)
    ? [{ block: policy, name: policy.name, kind: templateKinds.config, span: nameSpan(policy) }]
    : [];
  const others = policy.children.flatMap((block): readonly Named[] => {
    const kind = kindOf(block);
    if (kind === null || block.name === '') return [];
    return [{ block, name: block.name, kind, span: nameSpan(block) }];
  });
  return [...implicit, ...others];
}

function kindOf({ construct, kind }: Checked): string | null {
  if (construct === 'template') return kind?.kind ?? null;
  const isTemplate = Object.hasOwn(templateKinds, construct);
  return isTemplate ? templateKinds[construct as keyof typeof templateKinds] : null;
}
