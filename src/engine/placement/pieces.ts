/** Clusters that are in something together: a decision group, a decision. */
export type Pieces = readonly (readonly string[])[];

/**
 * Cuts clusters into as few pieces of at most `size` as there can be, and leaves them where they were as far as that
 * allows: one that leaves moves nobody, one that comes fills a gap or stands at the end. Where there are more pieces
 * than are needed the smallest are spread over the others, of equal ones the later. Each is in the order given; pieces
 * keep theirs.
 */
export function cutAsBefore(clusters: readonly string[], size: number, before: Pieces): Pieces {
  const most = Math.ceil(clusters.length / size);
  if (most <= 1) return most === 0 ? [] : [clusters];
  const pieces = largest(standing(clusters, size, before), most);
  const homes = new Map(pieces.flatMap((piece, at) => piece.map((name) => [name, at] as const)));
  const room = Array.from({ length: most }, (_, at) => size - (pieces[at]?.length ?? 0));
  let next = 0;
  for (const name of clusters) {
    if (homes.has(name)) continue;
    while (room[next] === 0) next += 1;
    homes.set(name, next);
    room[next] = (room[next] ?? 0) - 1;
  }
  const cut: string[][] = Array.from({ length: most }, () => []);
  for (const name of clusters) cut[homes.get(name) ?? 0]?.push(name);
  return cut;
}

/** Of each piece what is still there and has room, in the order given. */
function standing(clusters: readonly string[], size: number, before: Pieces): Pieces {
  const were = new Map<string, number>();
  before.forEach((piece, at) => {
    for (const name of piece) if (!were.has(name)) were.set(name, at);
  });
  const pieces = before.map((): string[] => []);
  for (const name of clusters) {
    const piece = pieces[were.get(name) ?? -1];
    if (piece !== undefined && piece.length < size) piece.push(name);
  }
  return pieces.filter(({ length }) => length > 0);
}

function largest(pieces: Pieces, most: number): Pieces {
  if (pieces.length <= most) return pieces;
  const bySize = pieces.map((_, at) => at);
  bySize.sort((a, b) => (pieces[b]?.length ?? 0) - (pieces[a]?.length ?? 0) || a - b);
  const kept = new Set(bySize.slice(0, most));
  return pieces.filter((_, at) => kept.has(at));
}
