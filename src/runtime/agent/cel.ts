import type { Json } from '../../base/json.ts';
import { type CelProgram, compileCel } from '../../engine/cel/cel.ts';
import {
  type CompileFailure,
  type Environment,
  environment,
} from '../../engine/cel/environment.ts';
import { baseLibraries, namedTypes } from '../../engine/cel/libraries.ts';
import { conditionsLibrary } from '../../engine/cel/library/open-cluster-management.ts';
import { fromJson } from '../../engine/cel/map.ts';
import { bool, type CelType, dyn } from '../../engine/cel/types.ts';
import { isError, typeNameOf } from '../../engine/cel/value.ts';
import type { EvaluateCel } from './status/condition-rules.ts';

type Compiled = { readonly ok: true; readonly program: CelProgram } | CompileFailure;

const libraries = [...baseLibraries, conditionsLibrary];

/** What an expression of a rule may name, and one of a message (ocm pkg/work/spoke/conditions/reader.go). */
const ruleEnvironment: Environment = environment(
  new Map<string, CelType>([['object', dyn]]),
  namedTypes,
  libraries,
);
const messageEnvironment: Environment = environment(
  new Map<string, CelType>([
    ['object', dyn],
    ['result', bool],
  ]),
  namedTypes,
  libraries,
);

const mostCompiled = 1000;

/** CEL of condition rules: the same text is compiled once while it is in use. */
export function ruleCel(): EvaluateCel {
  const compiled = new Map<string, Compiled>();
  const compile = (expression: string, withResult: boolean): Compiled => {
    const key = `${withResult} ${expression}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const made = compileCel(expression, withResult ? messageEnvironment : ruleEnvironment);
    if (compiled.size >= mostCompiled) compiled.clear();
    compiled.set(key, made);
    return made;
  };
  return (expression, values) => {
    const made = compile(expression, Object.hasOwn(values, 'result'));
    if (!made.ok) return { ok: false, error: made.message };
    const variables = new Map(
      Object.entries(values).map(
        ([name, value]) => [name, fromJson(value as Json, 'int')] as const,
      ),
    );
    const { value } = made.program.run({ variables });
    if (isError(value)) return { ok: false, error: value.message };
    if (typeof value === 'boolean' || typeof value === 'string') return { ok: true, value };
    // What is neither is no answer to a rule; its type says what it was.
    return { ok: true, value: { type: typeNameOf(value) } };
  };
}
