import { isJsonObject, type Json, stableJson } from '../../base/json.ts';
import type { IrCheckTemplate, IrConfigTemplate, IrRegoTemplate } from '../program.ts';

/** Annotation of a ConfigurationPolicy that carries a check to our agents (docs/adr/0031). */
export const checkAnnotation = 'ocmlang.dev/check';

/** What our engine judges, object by object. */
export type ObjectCheck = IrCheckTemplate | IrRegoTemplate;

/**
 * A check our engine judges, as a ConfigurationPolicy: our agents read its annotation, and upstream's say with its
 * template that they cannot judge it, as silence would count as compliant.
 */
export function carryCheck(check: ObjectCheck): IrConfigTemplate {
  const { name, origin, severity, namespaceSelector } = check;
  return {
    template: 'config',
    name,
    origin,
    severity,
    namespaceSelector,
    objects: [],
    objectsRaw: `{{ fail "the check ${name} is judged by the agent of ocm only" }}`,
    annotations: {
      [checkAnnotation]: stableJson({
        ...(placeless(check as unknown as Json) as object),
        origin: nowhere,
      }),
    },
  };
}

const nowhere = { file: 0, span: { start: 0, end: 0 } };

/** Without the places in files: an edit that moves a line is no change of a check. */
function placeless(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(placeless);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).filter(([key, of]) => key !== 'origin' || !isOrigin(of));
  return Object.fromEntries(entries.map(([key, of]) => [key, placeless(of ?? null)]));
}

function isOrigin(value: Json | undefined): boolean {
  return isJsonObject(value) && typeof value['file'] === 'number' && isJsonObject(value['span']);
}
