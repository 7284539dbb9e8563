import { isJsonObject, type Json, type JsonObject } from '../../base/json.ts';

/** A kustomization as it is written; of its fields those that are known here. */
export interface Kustomization {
  readonly kind: 'Kustomization' | 'Component';
  readonly resources: readonly string[];
  readonly components: readonly string[];
  readonly namespace: string | null;
  readonly namePrefix: string;
  readonly nameSuffix: string;
  readonly labels: readonly LabelEntry[];
  readonly commonAnnotations: Texts;
  readonly patches: readonly PatchEntry[];
  readonly patchesJson6902: readonly PatchEntry[];
  readonly images: readonly ImageEntry[];
  readonly replicas: readonly { readonly name: string; readonly count: number }[];
  readonly configMaps: readonly Generator[];
  readonly secrets: readonly Generator[];
}
export type Texts = Readonly<Record<string, string>>;
export interface LabelEntry {
  readonly pairs: Texts;
  readonly includeSelectors: boolean;
  readonly includeTemplates: boolean;
}
export interface PatchEntry {
  readonly path: string | null;
  readonly patch: string | null;
  readonly target: Target | null;
  readonly allowNameChange: boolean;
  readonly allowKindChange: boolean;
}
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly labelSelector: string;
  readonly annotationSelector: string;
}
export interface ImageEntry {
  readonly name: string;
  readonly newName: string | null;
  readonly newTag: string | null;
  readonly tagSuffix: string | null;
  readonly digest: string | null;
}
export interface Generator {
  readonly name: string;
  readonly namespace: string;
  readonly behavior: 'create' | 'merge' | 'replace';
  readonly literals: readonly string[];
  readonly files: readonly string[];
  readonly envs: readonly string[];
  readonly type: string;
  readonly options: GeneratorOptions;
}
export interface GeneratorOptions {
  readonly labels: Texts;
  readonly annotations: Texts;
  readonly disableNameSuffixHash: boolean;
  readonly immutable: boolean;
}

/** What is wrong, in words. */
export interface Unusable {
  readonly problem: string;
}

const fields: ReadonlySet<string> = new Set([
  'apiVersion',
  'kind',
  'metadata',
  'resources',
  'bases',
  'components',
  'namespace',
  'namePrefix',
  'nameSuffix',
  'labels',
  'commonLabels',
  'commonAnnotations',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'images',
  'replicas',
  'configMapGenerator',
  'secretGenerator',
  'generatorOptions',
]);

/** Reads a kustomization; a field that is not known here is refused by its name, because leaving it out would change what is delivered. */
export function readKustomization(json: Json): Kustomization | Unusable {
  if (!isJsonObject(json)) return { problem: 'it is not a mapping' };
  const unknown = Object.keys(json).find((key) => !fields.has(key));
  if (unknown !== undefined) return notKnown(unknown);
  const reader = new Reader();
  const kind = json['kind'] === 'Component' ? 'Component' : 'Kustomization';
  const usual = reader.options(json['generatorOptions'], 'generatorOptions');
  const result: Kustomization = {
    kind,
    resources: [
      ...reader.texts(json['resources'], 'resources'),
      ...reader.texts(json['bases'], 'bases'),
    ],
    components: reader.texts(json['components'], 'components'),
    namespace: reader.text(json['namespace'], 'namespace') || null,
    namePrefix: reader.text(json['namePrefix'], 'namePrefix'),
    nameSuffix: reader.text(json['nameSuffix'], 'nameSuffix'),
    labels: [
      ...reader.list(json['labels'], 'labels').map((entry) => reader.label(entry)),
      ...(json['commonLabels'] === undefined
        ? []
        : [
            {
              pairs: reader.map(json['commonLabels'], 'commonLabels'),
              includeSelectors: true,
              includeTemplates: true,
            },
          ]),
    ],
    commonAnnotations: reader.map(json['commonAnnotations'], 'commonAnnotations'),
    patches: [
      ...reader.texts(json['patchesStrategicMerge'], 'patchesStrategicMerge').map(strategic),
      ...reader.list(json['patches'], 'patches').map((entry) => reader.patch(entry, 'patches')),
    ],
    patchesJson6902: reader
      .list(json['patchesJson6902'], 'patchesJson6902')
      .map((entry) => reader.patch(entry, 'patchesJson6902')),
    images: reader.list(json['images'], 'images').map((entry) => reader.image(entry)),
    replicas: reader.list(json['replicas'], 'replicas').map((entry) => reader.replica(entry)),
    configMaps: reader
      .list(json['configMapGenerator'], 'configMapGenerator')
      .map((entry) => reader.generator(entry, 'configMapGenerator', usual)),
    secrets: reader
      .list(json['secretGenerator'], 'secretGenerator')
      .map((entry) => reader.generator(entry, 'secretGenerator', usual)),
  };
  return reader.problem === null ? result : { problem: reader.problem };
}

function notKnown(field: string): Unusable {
  return {
    problem: `\`${field}\` of a kustomization is not known here: render it with \`kubectl kustomize\``,
  };
}

/** A path to a patch, or the patch itself. */
function strategic(text: string): PatchEntry {
  const isInline = text.includes('\n');
  return {
    path: isInline ? null : text,
    patch: isInline ? text : null,
    target: null,
    allowNameChange: false,
    allowKindChange: false,
  };
}

/** Reads fields; keeps the first thing that is wrong. */
class Reader {
  problem: string | null = null;

  #wrong(field: string, expected: string): void {
    this.problem ??= `\`${field}\` has to be ${expected}`;
  }

  #only(entry: JsonObject, field: string, known: readonly string[]): void {
    const unknown = Object.keys(entry).find((key) => !known.includes(key));
    if (unknown !== undefined) this.problem ??= notKnown(`${field}.${unknown}`).problem;
  }

  text(value: Json | undefined, field: string): string {
    if (value === undefined || value === null) return '';
    if (typeof value !== 'string') this.#wrong(field, 'a text');
    return typeof value === 'string' ? value : '';
  }

  texts(value: Json | undefined, field: string): readonly string[] {
    if (value === undefined || value === null) return [];
    const isTexts = Array.isArray(value) && value.every((each) => typeof each === 'string');
    if (!isTexts) this.#wrong(field, 'a list of texts');
    return isTexts ? (value as readonly string[]) : [];
  }

  list(value: Json | undefined, field: string): readonly JsonObject[] {
    if (value === undefined || value === null) return [];
    const isList = Array.isArray(value) && value.every((each) => isJsonObject(each));
    if (!isList) this.#wrong(field, 'a list of mappings');
    return isList ? (value as readonly JsonObject[]) : [];
  }

  map(value: Json | undefined, field: string): Texts {
    if (value === undefined || value === null) return {};
    if (!isJsonObject(value)) {
      this.#wrong(field, 'a mapping of texts');
      return {};
    }
    for (const each of Object.values(value)) {
      if (typeof each !== 'string') this.#wrong(field, 'a mapping of texts');
    }
    return value as Texts;
  }

  flag(value: Json | undefined, field: string): boolean {
    if (value !== undefined && typeof value !== 'boolean') this.#wrong(field, 'true or false');
    return value === true;
  }

  label(entry: JsonObject): LabelEntry {
    this.#only(entry, 'labels', ['pairs', 'includeSelectors', 'includeTemplates']);
    return {
      pairs: this.map(entry['pairs'], 'labels.pairs'),
      includeSelectors: this.flag(entry['includeSelectors'], 'labels.includeSelectors'),
      includeTemplates: this.flag(entry['includeTemplates'], 'labels.includeTemplates'),
    };
  }

  patch(entry: JsonObject, field: string): PatchEntry {
    this.#only(entry, field, ['path', 'patch', 'target', 'options']);
    const target = entry['target'];
    const options = isJsonObject(entry['options']) ? entry['options'] : {};
    this.#only(options, `${field}.options`, ['allowNameChange', 'allowKindChange']);
    return {
      path: this.text(entry['path'], `${field}.path`) || null,
      patch: this.text(entry['patch'], `${field}.patch`) || null,
      target: isJsonObject(target) ? this.target(target, `${field}.target`) : null,
      allowNameChange: this.flag(options['allowNameChange'], `${field}.options.allowNameChange`),
      allowKindChange: this.flag(options['allowKindChange'], `${field}.options.allowKindChange`),
    };
  }

  target(of: JsonObject, field: string): Target {
    const keys = [
      'group',
      'version',
      'kind',
      'name',
      'namespace',
      'labelSelector',
      'annotationSelector',
    ] as const;
    this.#only(of, field, keys);
    const texts = keys.map((key) => [key, this.text(of[key], `${field}.${key}`)]);
    return Object.fromEntries(texts) as unknown as Target;
  }

  image(entry: JsonObject): ImageEntry {
    this.#only(entry, 'images', ['name', 'newName', 'newTag', 'digest', 'tagSuffix']);
    const word = (key: string): string | null => this.text(entry[key], `images.${key}`) || null;
    return {
      name: word('name') ?? '',
      newName: word('newName'),
      newTag: word('newTag'),
      tagSuffix: word('tagSuffix'),
      digest: word('digest'),
    };
  }

  replica(entry: JsonObject): { readonly name: string; readonly count: number } {
    this.#only(entry, 'replicas', ['name', 'count']);
    const { count } = entry;
    if (!Number.isSafeInteger(count)) this.#wrong('replicas.count', 'a whole number');
    return { name: this.text(entry['name'], 'replicas.name'), count: Number(count) };
  }

  options(value: Json | undefined, field: string): GeneratorOptions {
    const of = isJsonObject(value) ? value : {};
    this.#only(of, field, ['labels', 'annotations', 'disableNameSuffixHash', 'immutable']);
    return {
      labels: this.map(of['labels'], `${field}.labels`),
      annotations: this.map(of['annotations'], `${field}.annotations`),
      disableNameSuffixHash: this.flag(
        of['disableNameSuffixHash'],
        `${field}.disableNameSuffixHash`,
      ),
      immutable: this.flag(of['immutable'], `${field}.immutable`),
    };
  }

  generator(entry: JsonObject, field: string, usual: GeneratorOptions): Generator {
    const known = [
      'name',
      'namespace',
      'behavior',
      'literals',
      'files',
      'envs',
      'env',
      'type',
      'options',
    ];
    this.#only(entry, field, known);
    const behavior = this.text(entry['behavior'], `${field}.behavior`) || 'create';
    if (behavior !== 'create' && behavior !== 'merge' && behavior !== 'replace') {
      this.#wrong(`${field}.behavior`, '`create`, `merge` or `replace`');
    }
    const env = this.text(entry['env'], `${field}.env`);
    const own = this.options(entry['options'], `${field}.options`);
    const hasOwn = isJsonObject(entry['options']);
    return {
      name: this.text(entry['name'], `${field}.name`),
      namespace: this.text(entry['namespace'], `${field}.namespace`),
      behavior: behavior as Generator['behavior'],
      literals: this.texts(entry['literals'], `${field}.literals`),
      files: this.texts(entry['files'], `${field}.files`),
      envs: [...this.texts(entry['envs'], `${field}.envs`), ...(env === '' ? [] : [env])],
      type: this.text(entry['type'], `${field}.type`) || 'Opaque',
      options: hasOwn
        ? {
            labels: { ...usual.labels, ...own.labels },
            annotations: { ...usual.annotations, ...own.annotations },
            disableNameSuffixHash: own.disableNameSuffixHash || usual.disableNameSuffixHash,
            immutable: own.immutable || usual.immutable,
          }
        : usual,
    };
  }
}
