import { problem } from '../diagnostics.ts';
import type { CallNode } from '../syntax/ast.ts';
import type { Context } from './context.ts';
import { complain, type Session } from './session.ts';
import { type Type, text } from './type.ts';
import { broken, isBroken, known, type Typed } from './typed.ts';

const later: ReadonlyMap<string, string> = new Map([
  ['kustomize', 'render it and use `file("…")`'],
  ['helm', 'render it and use `file("…")`'],
  ['git', 'check it out and use `file("…")`'],
]);

/** Whether a name is that of a source of objects (language.md §9.3). */
export function isSource(name: string): boolean {
  return name === 'file' || later.has(name);
}

const source: Type = { is: 'source' };

/** `file("./k8s/*.yaml")`: its value is the glob as written. Others are not available yet. */
export function elaborateSource(
  name: string,
  node: CallNode,
  context: Context,
  session: Session,
): Typed {
  const instead = later.get(name);
  if (instead !== undefined) {
    const advice = { help: [instead] };
    return complain(session, context, problem('OCM2034', node.of.span, { word: name }, advice));
  }
  const [arg, ...more] = node.args;
  const value = arg?.value;
  if (value === undefined || value.kind === 'lambda' || more.length > 0 || arg?.name !== null) {
    const params = { expected: 'a path', found: `${node.args.length} arguments` };
    return complain(session, context, problem('OCM2004', node.span, params));
  }
  if (value.kind === 'string' && value.parts.some((part) => typeof part !== 'string')) {
    const where = 'the path of a file';
    return complain(session, context, problem('OCM1005', value.span, { where }));
  }
  const path = session.elaborate(value, text, context);
  if (isBroken(path) || !path.known || typeof path.value !== 'string') return broken;
  if (/^[a-z]+:\/\//.test(path.value)) {
    const help = ['`ocm vendor` is not available yet: put the file into the workspace'];
    const params = { source: path.value };
    return complain(session, context, problem('OCM2020', value.span, params, { help }));
  }
  return known(source, path.value);
}
