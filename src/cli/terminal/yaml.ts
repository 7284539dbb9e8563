import type { Json } from '../../base/json.ts';
import { writeYaml } from '../../kube/yaml.ts';
import { jsonText, printable } from './escape.ts';

/**
 * YAML that is safe to print and means the same: a document in which YAML would leave something that could drive a
 * terminal is written as JSON, which is YAML too.
 */
export function yamlText(documents: readonly Json[]): string {
  return documents
    .map((document) => {
      const text = writeYaml([document]);
      return printable(text) === text ? text : jsonText(document);
    })
    .join('---\n');
}
