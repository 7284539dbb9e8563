import { base64Decode, utf8Decode } from '../../../base/bytes.ts';
import { isJsonObject, type Json, type JsonObject } from '../../../base/json.ts';
import type { IrComplianceType } from '../../../ir/program.ts';
import { type Equality, equivalent, isNil } from './equivalent.ts';
import { type MergeRules, mergeLists, mergeMaps } from './merge.ts';
import { comparableMetadata, metadataForComparison, textMapProblem, without } from './metadata.ts';
import type { Value } from './sprint.ts';

/** A wanted object and the one that is there. */
export interface Comparison {
  readonly desired: JsonObject;
  /** What is compared: the object that is there, `withoutNoise`. */
  readonly existing: JsonObject;
  readonly complianceType: IrComplianceType;
  /** Of labels and annotations, where it differs. */
  readonly metadataComplianceType?: IrComplianceType;
  readonly equality: Equality;
}

/** What came of comparing two objects. */
export interface Compared {
  /** Why they could not be compared; then nothing else holds. */
  readonly problem: string | null;
  readonly updateNeeded: boolean;
  /** The status differs, which no update mends. */
  readonly statusMismatch: boolean;
  /** Something wanted is not there, though only a zero value: whether that matters only a server can tell. */
  readonly missingKey: boolean;
  /** The object that is there with what is wanted merged in. */
  readonly merged: JsonObject;
}

/** Compares two objects key by key (config-policy-controller `handleKeys`); `whole` is the object with its noise. */
export function compareObjects(comparison: Comparison, whole: JsonObject): Compared {
  const { desired } = comparison;
  const merged = new Map<string, Json | undefined>(Object.entries(whole));
  const found = { updateNeeded: false, statusMismatch: false, missingKey: false };
  for (const key of Object.keys(desired)
    .sort()
    .filter((of) => !isIdentity(of))) {
    const compared = compareKey(key, withTypeOf(key, comparison), false);
    found.missingKey ||= compared.missingKey;
    const taken = valueFor(key, whole, compared);
    if (taken.problem !== null) {
      return { ...found, problem: taken.problem, updateNeeded: true, merged: whole };
    }
    merged.set(key, taken.value);
    if (compared.differs) found[key === 'status' ? 'statusMismatch' : 'updateNeeded'] = true;
  }
  for (const key of Object.keys(whole).filter((of) => isSurplus(of, comparison))) {
    merged.delete(key);
    found.updateNeeded = true;
  }
  return { ...found, problem: null, merged: Object.fromEntries(merged) };
}

/** The value a key gets in the merged object, or why it cannot have it. */
function valueFor(
  key: string,
  whole: JsonObject,
  { problem, merged }: ComparedKey,
): { readonly problem: string | null; readonly value: Json | undefined } {
  if (problem !== null || key !== 'metadata') return { problem, value: merged as Json | undefined };
  const metadata = mergeMetadata(whole[key], merged);
  return typeof metadata === 'string'
    ? { problem: metadata, value: undefined }
    : { problem: null, value: metadata };
}

function withTypeOf(key: string, comparison: Comparison): Comparison {
  const { metadataComplianceType } = comparison;
  if (key !== 'metadata' || metadataComplianceType === undefined) return comparison;
  return { ...comparison, complianceType: metadataComplianceType };
}

/** Does an object have everything a template without a name says? Zero values count as absent. */
export function matchesTemplate(comparison: Comparison): boolean {
  return Object.keys(comparison.desired).every((key) => {
    if (isIdentity(key)) return true;
    const { problem, differs } = compareKey(key, comparison, true);
    return problem === null && !differs;
  });
}

interface ComparedKey {
  readonly problem: string | null;
  readonly differs: boolean;
  readonly missingKey: boolean;
  readonly merged: Value;
}

// Upstream's handleSingleKey.
function compareKey(key: string, comparison: Comparison, zeroIsNil: boolean): ComparedKey {
  const { desired, existing, complianceType, equality } = comparison;
  const value = key === 'metadata' ? comparableMetadata(objectAt(desired, key)) : desired[key];
  const present = Object.hasOwn(existing, key);
  const other = present ? existing[key] : undefined;
  const merge = mergeTopLevel(value, other, { complianceType, zeroIsNil, equality });
  let missingKey = !present || merge.missingKey;
  const failed = (problem: string): ComparedKey => ({
    problem,
    differs: false,
    missingKey,
    merged: merge.value,
  });
  if (!merge.sameType) {
    return failed(
      `Error merging changes into key "${key}": object type of template and existing do not match`,
    );
  }
  let [left, right] = [merge.value, other as Value];
  if (key === 'metadata') {
    const isNamespace = desired['kind'] === 'Namespace' && desired['apiVersion'] === 'v1';
    const both = metadataForComparison(objectOf(left), objectOf(right), isNamespace);
    [left, right] = [both.merged, both.existing];
  }
  if (key === 'stringData' && existing['kind'] === 'Secret') {
    const decoded = decodedSecret(existing);
    if (typeof decoded === 'string') return failed(decoded);
    right = decoded;
  }
  const is = equivalent(left, right, { zeroIsNil, equality });
  missingKey ||= is.missingKey;
  return { problem: null, differs: !is.equal, missingKey, merged: left };
}

function mergeTopLevel(value: Value, other: Value, rules: MergeRules) {
  const isList = Array.isArray(value);
  if (!isList && !isJsonObject(value)) return { value, missingKey: false, sameType: true };
  if (isNil(other)) return { value, missingKey: false, sameType: true };
  if (isList && Array.isArray(other)) return { ...mergeLists(value, other, rules), sameType: true };
  if (isJsonObject(value) && isJsonObject(other)) {
    return { ...mergeMaps(value, other, rules), sameType: true };
  }
  return { value, missingKey: false, sameType: false };
}

/** The metadata of the merged object, or why labels or annotations cannot be such. */
function mergeMetadata(existing: Json | undefined, wanted: Value): JsonObject | string {
  const { labels, annotations } = objectOf(wanted);
  const hasAnnotations = Object.hasOwn(objectOf(wanted), 'annotations');
  const hasLabels = Object.hasOwn(objectOf(wanted), 'labels');
  const wrongAnnotation = hasAnnotations ? textMapProblem(annotations) : null;
  if (wrongAnnotation !== null) return `invalid annotation, error: ${wrongAnnotation}`;
  const wrongLabel = hasLabels ? textMapProblem(labels) : null;
  if (wrongLabel !== null) return `invalid label, error: ${wrongLabel}`;
  return {
    ...objectOf(existing),
    ...(hasAnnotations ? { annotations } : {}),
    ...(hasLabels ? { labels } : {}),
  };
}

function isSurplus(key: string, { desired, existing, complianceType }: Comparison): boolean {
  if (complianceType !== 'mustonlyhave') return false;
  if (Object.hasOwn(desired, key) || key === 'status' || key === 'metadata') return false;
  const isServiceAccount = existing['kind'] === 'ServiceAccount' && existing['apiVersion'] === 'v1';
  // Kubernetes keeps these itself.
  return !(isServiceAccount && (key === 'secrets' || key === 'imagePullSecrets'));
}

function decodedSecret(secret: JsonObject): JsonObject | string {
  const data = secret['data'] ?? {};
  if (textMapProblem(data) !== null) return 'Error accessing encoded data';
  const decoded = new Map<string, Json>();
  for (const [key, text] of Object.entries(objectOf(data))) {
    const bytes = base64Decode(String(text));
    if (bytes === null)
      return `Error decoding secret: ${String(objectAt(secret, 'metadata')['name'])}`;
    // Bytes that are no text equal no wanted text.
    decoded.set(key, utf8Decode(bytes));
  }
  return Object.fromEntries(decoded);
}

function isIdentity(key: string): boolean {
  return key === 'apiVersion' || key === 'kind';
}

function objectAt(object: JsonObject, key: string): JsonObject {
  return objectOf(object[key]);
}

function objectOf(value: Value): JsonObject {
  return isJsonObject(value) ? value : without({}, []);
}
