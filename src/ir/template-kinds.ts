import type { IrPolicyTemplate } from './program.ts';

/** The kinds of the objects templates become; checks travel in ConfigurationPolicies (docs/adr/0031). */
export const templateKinds = {
  config: 'ConfigurationPolicy',
  operator: 'OperatorPolicy',
  certificate: 'CertificatePolicy',
  check: 'ConfigurationPolicy',
  rego: 'ConfigurationPolicy',
} as const satisfies Readonly<Record<Exclude<IrPolicyTemplate['template'], 'object'>, string>>;

/** What two templates must not have in common: on a cluster they share a namespace (Rule 45). */
export function templateKey(of: IrPolicyTemplate): string {
  const kind = of.template === 'object' ? of.object['kind'] : templateKinds[of.template];
  return `${typeof kind === 'string' ? kind : ''}/${of.name}`;
}
