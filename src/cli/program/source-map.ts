import type { Json } from '../../base/json.ts';
import { originText } from '../../ir/origin.ts';
import type { IrProgram } from '../../ir/program.ts';
import type { CheckedProgram } from '../../lang/check/checked.ts';
import { sourceMap } from '../../lang/emit/source-map.ts';

/** Of every object: its identity, where it was written, and where each of its fields was. */
export function sourceMapJson(program: IrProgram, checked: CheckedProgram): readonly Json[] {
  return sourceMap(program, checked).map(({ object, fields }) => {
    const { apiVersion, kind, metadata } = object;
    const [whole, ...others] = fields.map(
      ({ path, origin }) => [path, originText(program.files, origin)] as const,
    );
    return {
      apiVersion,
      kind,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      name: metadata.name,
      at: whole?.[1] ?? '',
      fields: Object.fromEntries(others),
    };
  });
}
