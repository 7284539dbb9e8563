import type {
  IrComplianceType,
  IrNamespaceSelector,
  IrObjectTemplate,
  IrPolicy,
  IrPolicyTemplate,
} from '../../ir/program.ts';
import type { Checked } from '../check/checked.ts';
import { blockOf, boolOf, fieldsOf, knownValue, listOf, textOf } from '../check/known.ts';
import type { Typed } from '../check/typed.ts';
import { type Fields, isFields, isList, toJson, type Value } from '../fold/value.ts';
import { originOf } from './context.ts';
import { objectOf } from './manifest.ts';
import { metaOf } from './meta.ts';

/** A policy with its implicit ConfigurationPolicy, by Rules 42 to 46. */
export function emitPolicy(block: Checked<'policy'>): readonly IrPolicy[] {
  const { values } = block;
  const mode = textOf(values.mode);
  const controls = fieldsOf(knownValue(values.controls));
  const severity = textOf(values.severity) ?? null;
  const policy: IrPolicy = {
    kind: 'policy',
    ...metaOf(block),
    on: placementsOf(values.on),
    enforceOn: placementsOf(values.enforce),
    remediation: mode === 'inform' || mode === 'enforce' ? mode : null,
    disabled: boolOf(values.disabled) ?? false,
    severity,
    standards: textsOf(controls?.get('standard')),
    categories: textsOf(controls?.get('category')),
    controls: textsOf(controls?.get('control')),
    description: block.shaped.doc,
    templates: templatesOf(block, severity),
  };
  return [policy];
}

function placementsOf(typed: Typed | null): readonly string[] {
  return (listOf(typed) ?? []).flatMap((value) => blockOf(value)?.objectName ?? []);
}

/** A list of texts, or one alone. */
function textsOf(value: Value | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === undefined || value === null || typeof value !== 'object' || !isList(value))
    return [];
  return value.filter((item) => typeof item === 'string');
}

/** `musthave` and its kin right in a policy make one template, named as the policy (Rule 45). */
function templatesOf(
  block: Checked<'policy'>,
  severity: string | null,
): readonly IrPolicyTemplate[] {
  const objects = block.children.flatMap(templateOf);
  if (objects.length === 0) return [];
  const selector = fieldsOf(knownValue(block.values.namespaces));
  return [
    {
      template: 'config',
      name: block.name,
      origin: originOf(block),
      severity,
      namespaceSelector: selector === undefined ? null : selectorOf(selector),
      objects,
    },
  ];
}

function templateOf(child: Checked): readonly IrObjectTemplate[] {
  const definition = objectOf(child);
  if (definition === null) return [];
  const complianceType = child.construct as IrComplianceType;
  return [{ complianceType, origin: originOf(child), definition }];
}

function selectorOf(selector: Fields): IrNamespaceSelector {
  const list = (key: string): readonly string[] | undefined => {
    const value = selector.get(key);
    return value === undefined ? undefined : textsOf(value);
  };
  const include = list('include');
  const exclude = list('exclude');
  const labels = selector.get('labels');
  return {
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(labels === undefined ? {} : { matchLabels: labelsOf(labels) }),
  };
}

function labelsOf(value: Value): Readonly<Record<string, string>> {
  if (value === null || typeof value !== 'object' || !isFields(value)) return {};
  return Object.fromEntries([...value].map(([key, text]) => [key, String(toJson(text))]));
}
