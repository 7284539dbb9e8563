import type { IrAttribute } from '../../../ir/expr.ts';
import { assign, branch, type Draft, declare, loop, type Maybe, refuse } from './draft.ts';
import { both, call, type GoExpr, nil, no, not, text, yes } from './go.ts';
import { constant } from './literals.ts';
import { type Parsed, parsed } from './parsed.ts';

const clusterName: GoExpr = { go: 'context', name: 'ManagedClusterName' };
const clusterLabels: GoExpr = { go: 'context', name: 'ManagedClusterLabels' };

/**
 * A fact about the cluster on the hub (Rules 30, 32, 60). Labels are what the resolver brings; everything else is read
 * from the ManagedCluster, the only object outside the policy's namespace that it may look up.
 */
export function attribute(expr: IrAttribute, draft: Draft): Maybe {
  const missing = call(
    'printf',
    text(`AttributeMissing: cluster %s has no usable ${expr.name.replaceAll('%', '%%')}`),
    clusterName,
  );
  const raw = rawOf(expr, draft);
  if (raw === null) return refuse(`cluster.${expr.name}`, expr.origin, draft);
  const read: Parsed = raw.typed
    ? { value: raw.value, parses: null }
    : parsed(expr.type, raw.value, draft);
  if (expr.default === undefined) {
    return { value: read.value, present: both(raw.there, read.parses), missing };
  }
  // A value that does not parse is missing; only one that is not there is the default (Rule 30).
  const value = declare(constant(expr.default, expr.type), draft);
  const isThere = declare(raw.there, draft);
  branch(isThere, (inside) => assign(value, read.value, inside), null, draft);
  const present = read.parses === null ? null : call('or', not(isThere), read.parses);
  return { value, present, missing };
}

interface Raw {
  readonly value: GoExpr;
  /** Whether it is there. */
  readonly there: GoExpr;
  /** Whether it has its type already, instead of being a text. */
  readonly typed: boolean;
}

function rawOf({ name, source, type }: IrAttribute, draft: Draft): Raw | null {
  switch (source.from) {
    case 'label':
      return label(source.key);
    case 'annotation': {
      const of = call('dig', text('metadata'), text('annotations'), call('dict'), managedCluster());
      const all = declare(of, draft);
      const there = call('hasKey', all, text(source.key));
      return { value: call('index', all, text(source.key)), there, typed: false };
    }
    case 'claim':
      return entry({ list: 'clusterClaims', by: 'name', key: source.key, gives: 'value' }, draft);
    case 'condition':
      return condition(source.type, draft);
    case 'field': {
      if (name === 'name') return { value: clusterName, there: yes, typed: true };
      const found = declare(call('dig', ...source.path.map(text), nil, managedCluster()), draft);
      const there = call('not', call('kindIs', text('invalid'), found));
      const typed = type === 'json' || type === 'string' || type === 'time';
      return { value: typed ? found : call('toString', found), there, typed };
    }
    default:
      return null;
  }
}

// `index` of a map of texts gives an empty one where there is none; which it is, only its keys say.
function label(key: string): Raw {
  const value = call('index', clusterLabels, text(key));
  const there = call(
    'has',
    text(key),
    call('keys', call('fromJson', call('toRawJson', clusterLabels))),
  );
  return { value, there, typed: false };
}

function managedCluster(): GoExpr {
  return call(
    'lookup',
    text('cluster.open-cluster-management.io/v1'),
    text('ManagedCluster'),
    text(''),
    clusterName,
  );
}

interface Entry {
  readonly list: string;
  readonly by: string;
  readonly key: string;
  readonly gives: string;
}

/** One entry of a list in the status of the cluster. */
function entry({ list, by, key, gives }: Entry, draft: Draft): Raw {
  const value = declare(text(''), draft);
  const there = declare(no, draft);
  const over = call('dig', text('status'), text(list), call('list'), managedCluster());
  loop(
    over,
    { key: false },
    (item, _, each) => {
      const isIt = call('eq', call('index', item, text(by)), text(key));
      branch(
        isIt,
        (inside) => {
          assign(value, call('index', item, text(gives)), inside);
          assign(there, yes, inside);
        },
        null,
        each,
      );
    },
    draft,
  );
  return { value, there, typed: false };
}

// Present only when it is True or False.
function condition(type: string, draft: Draft): Raw {
  const { value } = entry({ list: 'conditions', by: 'type', key: type, gives: 'status' }, draft);
  const there = call('or', call('eq', value, text('True')), call('eq', value, text('False')));
  return { value: call('eq', value, text('True')), there, typed: true };
}
