import { type At, type Snapshot, takeSnapshot } from '../../../src/lang/service/snapshot.ts';
import { readCase } from '../case.ts';

/** A module around the cases: what they refer to. */
export const around = `namespace shop
/// What a cluster is here.
fleet {
  /// Set by the pipeline.
  env:   prod | stage | dev
  tier?: gold | silver
}
clusterset edge { members: exclusive }
namespace shop { bind: [edge] }
/// Where it runs.
placement web { from: [edge] }
let replicas = 3
`;

/** A module with a cursor in it, written \`|\`. */
export function withCursor(text: string): { readonly snapshot: Snapshot; readonly at: At } {
  const whole = around + text;
  const offset = whole.indexOf('¦');
  const { texts: _, ...input } = readCase(whole.replace('¦', ''));
  return { snapshot: takeSnapshot(input), at: { file: 'main.ocm', offset } };
}
