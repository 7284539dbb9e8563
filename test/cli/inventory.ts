import { sortObjects } from '../../src/cli/inventory.ts';
import { inventoryDiagnostics } from '../../src/cli/program/check-inventory.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { parseYaml } from '../../src/kube/yaml.ts';
import { analyse, type CompileInput, type Diagnostic } from '../../src/lang/index.ts';

/** What a module and recorded clusters, as YAML, give: all diagnostics, as `ocm check --inventory` has them. */
export function inventorySays(input: CompileInput, clusters: string): readonly Diagnostic[] {
  const analysis = analyse(input);
  const read = parseYaml(clusters);
  if (!read.ok) throw new Error(read.message);
  const objects = read.documents.map(({ value }) => value as unknown as KubeObject);
  return [...analysis.diagnostics, ...inventoryDiagnostics({ ...analysis }, sortObjects(objects))];
}
