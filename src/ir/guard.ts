import type { IrGuard, IrPlacement } from './program.ts';

/** Annotations that say of a Placement what upstream's API has no field for; upstream ignores them. */
export const placementAnnotations = {
  neverEmpty: 'ocmlang.dev/never-empty',
  removeAtMost: 'ocmlang.dev/remove-at-most',
  within: 'ocmlang.dev/remove-within',
  trust: 'ocmlang.dev/trust',
} as const;

type Guarded = Pick<IrPlacement, 'guard' | 'trust'>;
type Annotations = Readonly<Record<string, string>>;

/** The guard and the trust of a placement as annotations. */
export function guardAnnotations({ guard = {}, trust }: Guarded): Annotations {
  const { neverEmpty, removeAtMost, within } = guard;
  const names = placementAnnotations;
  return {
    ...(neverEmpty === undefined ? {} : { [names.neverEmpty]: String(neverEmpty) }),
    ...(removeAtMost === undefined ? {} : { [names.removeAtMost]: String(removeAtMost) }),
    ...(within === undefined ? {} : { [names.within]: within }),
    ...(trust === undefined ? {} : { [names.trust]: trust }),
  };
}

/** The guard and the trust that annotations say; what they say wrongly protects rather than not. */
export function guardOf(annotations: Annotations): Guarded {
  const text = (name: keyof typeof placementAnnotations): string | undefined => {
    const key = placementAnnotations[name];
    return Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  };
  const [neverEmpty, most, within, trust] = [
    text('neverEmpty'),
    text('removeAtMost'),
    text('within'),
    text('trust'),
  ];
  const guard: IrGuard = {
    ...(neverEmpty === undefined ? {} : { neverEmpty: neverEmpty !== 'false' }),
    ...(most === undefined ? {} : { removeAtMost: /^\d{1,9}$/.test(most) ? Number(most) : most }),
    ...(within === undefined ? {} : { within }),
  };
  return {
    ...(Object.keys(guard).length === 0 ? {} : { guard }),
    ...(trust === undefined ? {} : { trust }),
  };
}

/** Annotations without those that guard and trust give back; what was written in another form stays. */
export function withoutGuard(annotations: Annotations, of: Guarded): Annotations {
  const made = guardAnnotations(of);
  return Object.fromEntries(
    Object.entries(annotations).filter(
      ([key, value]) => !Object.hasOwn(made, key) || made[key] !== value,
    ),
  );
}
