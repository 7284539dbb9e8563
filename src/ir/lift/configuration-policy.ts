import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';
import type {
  IrComplianceType,
  IrConfigTemplate,
  IrNamespaceSelector,
  IrObjectTemplate,
} from '../program.ts';
import { nowhere, objectAt, objectsAt, selectorAt, textAt, textMapAt, wordAt } from './read.ts';

/** A ConfigurationPolicy as IR, template texts untouched; what has another form than its schema says is left out. */
export function liftConfigurationPolicy(object: JsonObject): IrConfigTemplate {
  const metadata = objectAt(object['metadata']);
  const spec = objectAt(object['spec']);
  const interval = byCompliance(spec['evaluationInterval']);
  const message = byCompliance(spec['customMessage']);
  const remediation = textAt(spec['remediationAction']);
  const prune = wordAt(spec['pruneObjectBehavior'], ['None', 'DeleteIfCreated', 'DeleteAll']);
  const objectsRaw = textAt(spec['object-templates-raw']);
  const labels = textMapAt(metadata['labels']);
  const annotations = textMapAt(metadata['annotations']);
  return {
    template: 'config',
    name: textAt(metadata['name']) ?? '',
    origin: nowhere,
    severity: textAt(spec['severity']),
    namespaceSelector: isJsonObject(spec['namespaceSelector'])
      ? (spec['namespaceSelector'] as unknown as IrNamespaceSelector)
      : null,
    objects: objectsAt(spec['object-templates'], liftObjectTemplate),
    ...(remediation === null ? {} : { remediation }),
    ...(prune === null ? {} : { prune }),
    ...(interval === null ? {} : { interval }),
    ...(message === null ? {} : { message }),
    ...(objectsRaw === null ? {} : { objectsRaw }),
    ...(labels === null ? {} : { labels }),
    ...(annotations === null ? {} : { annotations }),
  };
}

/** One entry of `object-templates` as IR. */
export function liftObjectTemplate(of: JsonObject): IrObjectTemplate {
  const metadataComplianceType = complianceAt(of['metadataComplianceType']);
  const objectSelector = selectorAt(of['objectSelector']);
  const recreate = wordAt(of['recreateOption'], ['None', 'IfRequired', 'Always']);
  const recordDiff = wordAt(of['recordDiff'], ['Log', 'InStatus', 'None']);
  return {
    complianceType: complianceAt(of['complianceType']) ?? 'musthave',
    origin: nowhere,
    definition: objectAt(of['objectDefinition']),
    ...(metadataComplianceType === null ? {} : { metadataComplianceType }),
    ...(objectSelector === null ? {} : { objectSelector }),
    ...(recreate === null ? {} : { recreate }),
    ...(recordDiff === null ? {} : { recordDiff }),
  };
}

// Upstream accepts `MustHave`, `Musthave` and `musthave`.
function complianceAt(value: Json | undefined): IrComplianceType | null {
  return wordAt(textAt(value)?.toLowerCase(), ['musthave', 'mustonlyhave', 'mustnothave']);
}

function byCompliance(value: Json | undefined) {
  if (!isJsonObject(value)) return null;
  const { compliant, noncompliant } = value;
  return {
    ...(typeof compliant === 'string' ? { compliant } : {}),
    ...(typeof noncompliant === 'string' ? { noncompliant } : {}),
  };
}
