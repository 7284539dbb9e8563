import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importYaml } from '../../../src/lang/import/import.ts';
import { anyPolicy } from '../../ir/lift/policies.ts';

// What is of another form than its kind says is written without types, or as a `resource`. The templates themselves are
// always what `lift` makes of them: whatever it gives, the language can write, and compiles to the same again.
test('whatever lift makes of a policy can be written', () => {
  fc.assert(
    fc.property(anyPolicy, (policy) => {
      const text = JSON.stringify(policy);
      const { files, lowered } = importYaml({ files: [{ uri: 'policy.yaml', text }] });
      expect(files).toHaveLength(1);
      expect(lowered.filter((each) => each.as === 'templates')).toEqual([]);
    }),
    { numRuns: 100 },
  );
});
