import { coldCheck } from './language/cold-check.ts';
import { compileRow } from './language/compile.ts';
import { edit } from './language/edit.ts';
import { parse } from './language/parse.ts';
import type { Row } from './row.ts';

export const rows: Readonly<Record<string, () => Promise<Row>>> = {
  parse,
  edit,
  compile: compileRow,
  'cold-check': coldCheck,
};
