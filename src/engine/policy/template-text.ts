import type { Json } from '../../base/json.ts';

/** Is there a Go template in a text, or in a text inside a value? Hub templates are resolved before. */
export function hasTemplate(value: Json): boolean {
  return textsIn(value).some((text) => text.includes('{{'));
}

const nameVariable = /\.ObjectName(\W|$)/;
const objectVariable = /\.Object(\W|$)/;

/** Which variables the templates of a definition mention; found as upstream does, anywhere in the text. */
export function mentions(definition: Json): {
  readonly name: boolean;
  readonly namespace: boolean;
  readonly object: boolean;
} {
  const texts = textsIn(definition);
  return {
    name: texts.some((text) => nameVariable.test(text)),
    namespace: texts.some((text) => text.includes('.ObjectNamespace')),
    object: texts.some((text) => objectVariable.test(text)),
  };
}

function textsIn(value: Json): readonly string[] {
  const texts: string[] = [];
  const open: (Json | undefined)[] = [value];
  while (open.length > 0) {
    const of = open.pop();
    if (typeof of === 'string') texts.push(of);
    else if (typeof of === 'object' && of !== null) {
      for (const [key, inside] of Object.entries(of)) {
        texts.push(key);
        open.push(inside);
      }
    }
  }
  return texts;
}
