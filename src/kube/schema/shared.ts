import { patterns } from './patterns.ts';
import {
  int32,
  int64,
  intOrString,
  listByKey,
  listOf,
  type More,
  mapOf,
  object,
  oneOfTexts,
  type Schema,
  text,
  time,
} from './schema.ts';

/** `metav1.Condition`, all fields but the generation required. */
const condition = object(
  'One aspect of the state.',
  {
    type: text('What it is about.', {
      maxLength: 316,
      pattern: patterns.qualifiedName.source,
    }),
    status: oneOfTexts('Whether it holds.', ['True', 'False', 'Unknown']),
    reason: text('Why, in one word for programs.', {
      minLength: 1,
      maxLength: 1024,
      pattern: patterns.conditionReason.source,
    }),
    message: text('Why, in words for people.', { maxLength: 32768 }),
    lastTransitionTime: time('When the status last changed.'),
    observedGeneration: int64('The generation of the object it speaks of.', { minimum: 0 }),
  },
  { required: ['lastTransitionTime', 'message', 'reason', 'status', 'type'] },
);

/** Conditions merged by type. */
export const conditions = listByKey('Conditions, one of a type.', ['type'], condition);

/** Conditions replaced as a whole, as two of upstream's kinds have them. */
export const conditionList = listOf('Conditions, one of a type.', condition);

const requirement = object(
  'A condition on one key; all of them must hold.',
  {
    key: text('The key.'),
    operator: text('In, NotIn, Exists or DoesNotExist.'),
    values: listOf('What the value is compared with.', text('A value.'), {
      'x-kubernetes-list-type': 'atomic',
    }),
  },
  { required: ['key', 'operator'] },
);

/** Requirements on labels. */
export const matchExpressions = listOf('Requirements on labels.', requirement, {
  'x-kubernetes-list-type': 'atomic',
});
/** Labels and their values. */
export const matchLabels = mapOf('Labels that must have these values.', text('A value.'));

/** `metav1.LabelSelector`, replaced as a whole. */
export function labelSelector(description: string, more: More = {}): Schema {
  return object(
    description,
    { matchLabels, matchExpressions },
    { 'x-kubernetes-map-type': 'atomic', ...more },
  );
}

/** Requirements on the claims of a cluster. */
export const claimSelector = object('Requirements on claims.', {
  matchExpressions: listOf('Requirements on claims.', requirement),
});

/** Quantities by resource. */
export function quantities(description: string): Schema {
  return mapOf(description, intOrString('A quantity.', { pattern: patterns.quantity.source }));
}

const rolloutTimes = {
  minSuccessTime: text('How long a success must last before the next clusters follow.', {
    default: '0',
  }),
  progressDeadline: text('How long a cluster may take before it counts as failed, or None.', {
    default: 'None',
    pattern: patterns.deadline.source,
  }),
  maxFailures: intOrString(
    'How many clusters may fail before all stops: a number or a percentage.',
    {
      default: 0,
      pattern: patterns.countOrPercent.source,
    },
  ),
};
const mandatoryDecisionGroups = listOf(
  'Decision groups that come first and must not fail.',
  object('A decision group, by name or else by index.', {
    groupName: text('Its name.'),
    groupIndex: int32('Its index.'),
  }),
);

/** How a change spreads over clusters. */
export function rolloutStrategy(defaultValue: NonNullable<More['default']>): Schema {
  return object(
    'How a change spreads over the clusters.',
    {
      type: oneOfTexts(
        'All at once, in steps, or group by group.',
        ['All', 'Progressive', 'ProgressivePerGroup'],
        { default: 'All' },
      ),
      all: object('Settings of type All.', rolloutTimes),
      progressive: object('Settings of type Progressive.', {
        ...rolloutTimes,
        mandatoryDecisionGroups,
        maxConcurrency: intOrString('How many clusters at once: a number or a percentage.', {
          pattern: patterns.countOrPercent.source,
        }),
      }),
      progressivePerGroup: object('Settings of type ProgressivePerGroup.', {
        ...rolloutTimes,
        mandatoryDecisionGroups,
      }),
    },
    { default: defaultValue },
  );
}
