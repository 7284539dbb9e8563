import { ageColumn, type CustomKind, column, conditionColumn } from './custom-kind.ts';
import { patterns } from './patterns.ts';
import {
  anyObject,
  flag,
  int64,
  integer,
  listByKey,
  listOf,
  object,
  oneOfTexts,
  text,
} from './schema.ts';
import { conditions } from './shared.ts';

// The fields are those of src/ir/program-object.ts; test/kube/schema holds the two together.
const program: CustomKind = {
  kind: 'Program',
  columns: [
    conditionColumn('Ready', 'Ready'),
    conditionColumn('Reason', 'Ready', 'reason'),
    { name: 'Declarations', type: 'integer', jsonPath: '.status.counts.declarations' },
    { name: 'Not ready', type: 'integer', jsonPath: '.status.counts.notReady' },
    { ...column('Account', '.spec.serviceAccountName'), priority: 1 },
    ageColumn,
  ],
  schema: object(
    'A compiled module of the ocm language.',
    {
      spec: object(
        'What to run, and as whom.',
        {
          irVersion: text('Version of the intermediate representation.', { minLength: 1 }),
          serviceAccountName: text('The account of the namespace that everything is written as.', {
            minLength: 1,
            maxLength: 253,
          }),
          parts: listByKey(
            'The pieces of the program, in order.',
            ['name'],
            object(
              'A piece.',
              {
                name: text('Name of the ProgramPart.', { minLength: 1, maxLength: 253 }),
                sha256: text('Hash of its content.', { pattern: patterns.sha256.source }),
              },
              { required: ['name', 'sha256'] },
            ),
          ),
          prune: flag('Delete what was declared once and no longer is.', { default: false }),
          maxDelete: integer('With prune: how many clusters may lose a workload.', {
            default: 0,
            minimum: 0,
          }),
          deletionPolicy: oneOfTexts(
            'What becomes of the objects when the program goes.',
            ['Orphan', 'Delete'],
            { default: 'Orphan' },
          ),
        },
        { required: ['irVersion', 'serviceAccountName', 'parts'] },
      ),
      status: object('What became of it.', {
        observedGeneration: int64('The generation it speaks of.'),
        conditions,
        counts: object('In numbers.', {
          declarations: integer('Declarations.'),
          objects: integer('Objects written.'),
          notReady: integer('Declarations that are not ready.'),
          editedByHand: integer('Objects somebody else changed.'),
          noLongerDeclared: integer('Objects that no declaration stands for any more.'),
        }),
        inventory: listOf(
          'Where its objects are.',
          object('A kind.', {
            group: text('Its API group.'),
            version: text('Its version.'),
            kind: text('Its name.'),
            namespaces: listOf('The namespaces.', text('A namespace.')),
          }),
        ),
        attention: listOf(
          'Declarations that need a look, the worst first.',
          anyObject('A declaration: kind, name, origin, object and condition.'),
          { maxItems: 50 },
        ),
        rollouts: listOf(
          'How far the apps are, those that are not done first to stay.',
          object('An app.', {
            app: text('Its namespace and name.'),
            of: integer('Clusters it is to be on.'),
            done: integer('Clusters on which it is rolled out and ready.'),
            updating: integer('Clusters under way.'),
            failed: integer('Clusters on which it failed.'),
            halted: flag('Too much failed: nothing more is started.'),
            reason: text('Why it does not go on, or not everywhere.'),
            message: text('The same, for people.'),
          }),
          { maxItems: 50 },
        ),
      }),
    },
    { required: ['spec'] },
  ),
};

const programPart: CustomKind = {
  kind: 'ProgramPart',
  columns: [column('Holds', '.spec.holds'), ageColumn],
  schema: object(
    'A piece of a program, named by its content.',
    {
      spec: object(
        'The piece.',
        {
          holds: oneOfTexts('The header or declarations as lines of JSON, or a file in base64.', [
            'header',
            'decls',
            'blob',
          ]),
          data: text('Its content.'),
        },
        { required: ['holds', 'data'] },
      ),
    },
    { required: ['spec'] },
  ),
};

/** Schemas and columns of our own kinds. */
export const programSchemas: readonly CustomKind[] = [program, programPart];
