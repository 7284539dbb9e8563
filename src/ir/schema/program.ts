import type { JsonObject } from '../../base/json.ts';
import { type IrFile, type IrProgram, irVersion } from '../program.ts';
import { declaration } from './declarations.ts';
import { integer, list, literal, named, object, type Schema, text } from './describe.ts';

const file = named<IrFile>('IrFile', () =>
  object<IrFile>({ uri: text, sha256: text, lineStarts: list(integer(0)) }),
);

/** A whole program. */
export const program: Schema<IrProgram> = object<IrProgram>({
  irVersion: literal(irVersion),
  files: list(file),
  decls: list(declaration),
});

/** The JSON Schema of the IR; `grammar/ir.schema.json` is this, written down. */
export function irSchema(): JsonObject {
  const definitions = new Map<string, JsonObject>();
  const root = program.describe(definitions);
  const sorted = [...definitions].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `https://ocmlang.dev/schema/${irVersion}.json`,
    title: `The IR of .ocm, ${irVersion}`,
    ...root,
    $defs: Object.fromEntries(sorted),
  };
}
