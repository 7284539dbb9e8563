import type { ObjectCheck } from '../lower/carried-check.ts';
import { type IrPolicy, irVersion } from '../program.ts';
import { validateIr } from '../validate.ts';
import { nowhere } from './read.ts';

/** The check an annotation carries; null where it is none. Whatever the text is, it does not throw. */
export function readCarriedCheck(text: string): ObjectCheck | null {
  let template: unknown;
  try {
    template = JSON.parse(text);
  } catch {
    return null;
  }
  const policy = { ...around, templates: [template] };
  const read = validateIr({ irVersion, files: [], decls: [policy] });
  const [decl] = read.ok ? read.program.decls : [];
  const [check] = decl?.kind === 'policy' ? decl.templates : [];
  return check?.template === 'check' || check?.template === 'rego' ? check : null;
}

const around: IrPolicy = {
  kind: 'policy',
  name: '',
  namespace: '',
  origin: nowhere,
  on: [],
  enforceOn: [],
  remediation: null,
  disabled: false,
  severity: null,
  standards: [],
  categories: [],
  controls: [],
  description: null,
  templates: [],
};
