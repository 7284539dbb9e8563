import { formatInstant, type Instant, parseInstant, plus } from '../../../base/instant.ts';
import {
  type ProgramObject,
  type ProgramPart,
  programGroup,
  programKind,
  programPartKind,
} from '../../../ir/program-object.ts';
import { keyOf, parseKey } from '../../../kube/object.ts';
import {
  type Controller,
  done,
  type Outcome,
  type Projection,
  watch,
} from '../../control/controller.ts';
import { programsProjection } from '../programs.ts';

/** How long a part that no Program refers to is kept (architecture.md §7). */
export const partGrace = 60 * 60_000;
/** Annotation of such a part: since when, RFC 3339. */
export const unusedSinceAnnotation = `${programGroup}/unused-since`;

/** Deletes parts no Program of their namespace has referred to for an hour: one key, one part. */
export function collectParts(): Controller {
  return {
    name: 'program-part',
    watches: [
      watch({ kind: programPartKind, keys: (part: ProgramPart) => [keyOf(part)] }),
      watch({
        kind: programKind,
        // Also called with the Program as it was: what it refers to no longer is looked at again.
        keys: (program: ProgramObject, snapshot) => {
          if (!snapshot.projection(programsProjection).changedSpec(program)) return [];
          const { metadata, spec } = program;
          return (spec?.parts ?? []).map(({ name }) => `${metadata.namespace ?? ''}/${name}`);
        },
      }),
    ],
    projections: [programsProjection] as readonly Projection<unknown>[],
    reconcile: (key, snapshot, now) => {
      const { namespace, name } = parseKey(key);
      const part = snapshot.get(programPartKind, namespace, name);
      if (part === undefined || part.metadata.deletionTimestamp !== undefined) return done;
      const isUsed = snapshot.projection(programsProjection).usersOf(key).length > 0;
      return isUsed ? keep(part) : collect(part, now);
    },
  };
}

function keep(part: ProgramPart): Outcome {
  if (part.metadata.annotations?.[unusedSinceAnnotation] === undefined) return done;
  return { actions: [annotate(part, null)] };
}

function collect(part: ProgramPart, now: Instant): Outcome {
  const said = part.metadata.annotations?.[unusedSinceAnnotation];
  const since = said === undefined ? null : parseInstant(said);
  if (since === null) {
    return { actions: [annotate(part, formatInstant(now))], again: plus(now, partGrace) };
  }
  const due = plus(since, partGrace);
  if (now < due) return { actions: [], again: due };
  const { name, namespace = '', resourceVersion } = part.metadata;
  return {
    actions: [
      {
        do: 'delete',
        of: { ...programPartKind, namespace, name },
        // Somebody may have come to use it, and said so by writing it again.
        ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
      },
    ],
  };
}

function annotate({ metadata }: ProgramPart, since: string | null): Outcome['actions'][number] {
  const { name, namespace = '', resourceVersion } = metadata;
  return {
    do: 'patch',
    of: { ...programPartKind, namespace, name },
    patch: { metadata: { annotations: { [unusedSinceAnnotation]: since } } },
    ...(resourceVersion !== undefined && { ifVersion: resourceVersion }),
  };
}
