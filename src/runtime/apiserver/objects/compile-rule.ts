import type { JsonObject } from '../../../base/json.ts';
import { type CelProgram, compileCel } from '../../../engine/cel/cel.ts';
import { type Environment, environment, type Validator } from '../../../engine/cel/environment.ts';
import { baseLibraries, namedTypes } from '../../../engine/cel/libraries.ts';
import { sets } from '../../../engine/cel/library/sets.ts';
import { twoVariables } from '../../../engine/cel/library/two-variables.ts';
import { type CelType, optionalOf } from '../../../engine/cel/types.ts';
import { compilePattern } from '../../../engine/pattern/pattern.ts';
import { textOf } from '../resources/builtin/fields.ts';

/** Patterns that are written out are looked at when the rule is made (cel-go `ValidateRegexLiterals`). */
const patternLiterals: Validator = (expr) => {
  if (expr.kind !== 'call' || expr.name !== 'matches') return [];
  const pattern = expr.args.at(-1);
  if (pattern?.kind !== 'literal' || typeof pattern.value !== 'string') return [];
  const compiled = compilePattern(pattern.value);
  return compiled.ok ? [] : [{ at: pattern.at, message: `invalid matches argument` }];
};

const base: Environment = environment(new Map(), namedTypes, [
  ...baseLibraries,
  sets,
  twoVariables,
  { functions: new Map(), validators: [patternLiterals] },
]);

/** A rule of a schema, compiled. */
export interface Rule {
  readonly text: string;
  readonly message: string;
  readonly messageOf: CelProgram | null;
  readonly reason: string;
  readonly fieldPath: string;
  /** Looks at the object before. */
  readonly usesOld: boolean;
  /** Takes it for an optional value, and so holds of new objects too. */
  readonly oldIsOptional: boolean;
  /** null where `problem` says why it cannot be judged. */
  readonly program: CelProgram | null;
  readonly problem: string;
  /** The same of what makes its message. */
  readonly messageProblem: string;
}

/** A rule ready to be judged of values of a type; what is wrong with it is in its `problem`s. */
export function compileRule(rule: JsonObject, type: CelType): Rule {
  const text = textOf(rule['rule']).trim();
  const usesOld = /\boldSelf\b/.test(text);
  const oldIsOptional = rule['optionalOldSelf'] === true;
  const old = oldIsOptional ? optionalOf(type) : type;
  const known: readonly (readonly [string, CelType])[] = [
    ['self', type],
    ...(usesOld ? [['oldSelf', old] as const] : []),
  ];
  const env = { ...base, variables: new Map(known) };
  const compiled = compileCel(text, env);
  const problem = compiled.ok
    ? unlike('bool', 'cel expression must evaluate to a bool', compiled.program.type)
    : compiled.message;
  const expression = textOf(rule['messageExpression']);
  const message = expression.trim() === '' ? null : compileCel(expression, env);
  const messageProblem = message?.ok
    ? unlike('string', 'messageExpression must evaluate to a string', message.program.type)
    : (message?.message ?? '');
  return {
    text,
    message: textOf(rule['message']).trim(),
    messageOf: message?.ok && messageProblem === '' ? message.program : null,
    messageProblem,
    reason: textOf(rule['reason']),
    fieldPath: textOf(rule['fieldPath']),
    usesOld,
    oldIsOptional,
    program: compiled.ok && problem === '' ? compiled.program : null,
    problem,
  };
}

function unlike(wanted: 'bool' | 'string', message: string, { kind }: CelType): string {
  return kind === wanted || kind === 'dyn' ? '' : message;
}
