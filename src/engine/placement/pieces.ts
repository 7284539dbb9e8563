/** Clusters that are in something together: a decision group, a decision. */
export type Pieces = readonly (readonly string[])[];

/** In which piece each cluster is: where it stands in several, in the first. */
export type Places = ReadonlyMap<string, number>;

/** One of the pieces clusters are cut into. */
export interface Cut {
  readonly clusters: readonly string[];
  /** The piece it was before; null where it is new. */
  readonly was: number | null;
  /** How many of its clusters were there. */
  readonly stayed: number;
}

/** The places of clusters, for `cutAsBefore`; made once, however many groups are cut by them. */
export function placesIn(pieces: Pieces): Places {
  const places = new Map<string, number>();
  pieces.forEach((piece, at) => {
    for (const name of piece) if (!places.has(name)) places.set(name, at);
  });
  return places;
}

/**
 * Cuts clusters into as few pieces of at most `size` as there can be, and leaves them where they were as far as that
 * allows: one that leaves moves nobody, one that comes fills a gap or stands at the end. Where there are more pieces
 * than are needed the smallest are spread over the others, of equal ones the later. Each is in the order given; pieces
 * keep theirs. What it costs depends on the clusters given alone.
 */
export function cutAsBefore(
  clusters: readonly string[],
  size: number,
  before: Places,
): readonly Cut[] {
  if (before.size === 0) return cutInOrder(clusters, size);
  const most = Math.ceil(clusters.length / size);
  const { places, sizes } = standing(clusters, size, before);
  const pieces = largest(sizes, most);
  const order = new Map(pieces.map((piece, at) => [piece, at] as const));
  const cuts = Array.from({ length: most }, (_, at) => {
    const was = pieces[at] ?? null;
    return { clusters: [] as string[], was, stayed: was === null ? 0 : (sizes.get(was) ?? 0) };
  });
  const room = cuts.map(({ stayed }) => size - stayed);
  let next = 0;
  clusters.forEach((name, at) => {
    let home = order.get(places[at] ?? nowhere);
    if (home === undefined) {
      while (room[next] === 0) next += 1;
      room[next] = (room[next] ?? 0) - 1;
      home = next;
    }
    cuts[home]?.clusters.push(name);
  });
  return cuts;
}

// Most placements are decided for the first time, or are not cut at all.
function cutInOrder(clusters: readonly string[], size: number): readonly Cut[] {
  const cuts: Cut[] = [];
  for (let at = 0; at < clusters.length; at += size) {
    cuts.push({ clusters: clusters.slice(at, at + size), was: null, stayed: 0 });
  }
  return cuts;
}

const nowhere = -1;

/** Where each cluster may stay, as there is room there in the order given, and how many each piece keeps so. */
function standing(
  clusters: readonly string[],
  size: number,
  before: Places,
): { readonly places: Int32Array; readonly sizes: ReadonlyMap<number, number> } {
  const sizes = new Map<number, number>();
  const places = new Int32Array(clusters.length).fill(nowhere);
  clusters.forEach((name, at) => {
    const place = before.get(name);
    if (place === undefined) return;
    const already = sizes.get(place) ?? 0;
    if (already >= size) return;
    sizes.set(place, already + 1);
    places[at] = place;
  });
  return { places, sizes };
}

/** The largest pieces, in their order. */
function largest(sizes: ReadonlyMap<number, number>, most: number): readonly number[] {
  const bySize = [...sizes].sort(([a, x], [b, y]) => y - x || a - b);
  return bySize
    .slice(0, most)
    .map(([piece]) => piece)
    .sort((a, b) => a - b);
}
