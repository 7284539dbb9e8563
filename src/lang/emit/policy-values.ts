import type { IrDependency, IrNamespaceSelector } from '../../ir/program.ts';
import { apiVersionOf } from '../../kube/object.ts';
import { policyKind } from '../../kube/ocm/policy.ts';
import type { Checked } from '../check/checked.ts';
import { kindOfDependency } from '../check/dependencies.ts';
import { blockOf, fieldsOf, listOf } from '../check/known.ts';
import type { Session } from '../check/session.ts';
import type { Typed } from '../check/typed.ts';
import { type Fields, isFields, isList, toJson, type Value } from '../fold/value.ts';

/** A list of texts, or one alone. */
export function textsOf(value: Value | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (value === undefined || value === null || typeof value !== 'object' || !isList(value)) {
    return [];
  }
  return value.filter((item) => typeof item === 'string');
}

/** `namespaces` as upstream's selector. */
export function selectorOf(selector: Fields): IrNamespaceSelector {
  const list = (key: string): readonly string[] | undefined => {
    const value = selector.get(key);
    return value === undefined ? undefined : textsOf(value);
  };
  const include = list('include');
  const exclude = list('exclude');
  const labels = selector.get('labels');
  const terminating = selector.get('terminating');
  return {
    ...(include === undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
    ...(labels === undefined ? {} : { matchLabels: textMapOf(labels) }),
    ...(typeof terminating === 'string'
      ? {
          terminatingInclusion: terminating as NonNullable<
            IrNamespaceSelector['terminatingInclusion']
          >,
        }
      : {}),
  };
}

/** A map of texts. */
export function textMapOf(value: Value): Readonly<Record<string, string>> {
  if (value === null || typeof value !== 'object' || !isFields(value)) return {};
  return Object.fromEntries([...value].map(([key, text]) => [key, String(toJson(text))]));
}

/** What `after` says; undefined where it is not written. A policy of another namespace needs saying so. */
export function dependenciesOf(
  typed: Typed | null | undefined,
  { file, namespace: own }: Pick<Checked, 'file' | 'namespace'>,
  session: Session,
): readonly IrDependency[] | undefined {
  return listOf(typed)?.flatMap((value): readonly IrDependency[] => {
    const policy = blockOf(value);
    if (policy !== undefined) {
      const { objectName: name, namespace } = policy;
      const identity = { apiVersion: apiVersionOf(policyKind), kind: policyKind.kind, name };
      return [
        { ...identity, ...(namespace === own ? {} : { namespace }), compliance: 'Compliant' },
      ];
    }
    const fields = fieldsOf(value);
    return fields === undefined ? [] : dependencyOf(fields, file, session);
  });
}

function dependencyOf(
  fields: Fields,
  file: Checked['file'],
  session: Session,
): readonly IrDependency[] {
  const [kindName, name] = [...fields].find(([key]) => key !== 'is' && key !== 'namespace') ?? [];
  const kind = kindName === undefined ? null : kindOfDependency(kindName, file, session);
  if (kind === null || typeof name !== 'string') return [];
  const namespace = fields.get('namespace');
  const is = fields.get('is');
  return [
    {
      apiVersion: apiVersionOf(kind),
      kind: kind.kind,
      name,
      ...(typeof namespace === 'string' ? { namespace } : {}),
      compliance: is === 'NonCompliant' || is === 'Pending' ? is : 'Compliant',
    },
  ];
}
