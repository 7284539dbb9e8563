import { EVENT_ID, type Event, getScalarValue, parseEvents } from 'js-yaml';

/** Keys and list indexes from the root of a document to a node. */
export type YamlPath = readonly (string | number)[];

/** A comment of a text, without its `#`, and the node it is about. */
export interface YamlComment {
  readonly text: string;
  /** Index among the documents that are not empty. */
  readonly document: number;
  readonly path: YamlPath;
  /** On the node's line, or on lines of its own before or after it. */
  readonly place: 'before' | 'beside' | 'after';
}

interface Node {
  readonly offset: number;
  readonly document: number;
  readonly path: YamlPath;
}
interface Range {
  readonly start: number;
  readonly end: number;
}
interface Walk {
  readonly text: string;
  readonly events: readonly Event[];
  readonly nodes: Node[];
  readonly scalars: Range[];
  at: number;
  document: number;
}

/**
 * The comments of a text that `parseYaml` accepts, each with the node it is about: the next one for a comment on a line
 * of its own, the one before it on the line for any other. A text that is not accepted has none.
 */
export function commentsOf(text: string, maxDepth: number): readonly YamlComment[] {
  if (!text.includes('#')) return [];
  let events: readonly Event[];
  try {
    events = parseEvents(text, { maxDepth });
  } catch {
    return [];
  }
  const walk: Walk = { text, events, nodes: [], scalars: [], at: 0, document: 0 };
  while (walk.at < events.length) {
    walk.at += 1;
    const first = events[walk.at];
    const isEmpty = first?.type === EVENT_ID.SCALAR && first.valueStart < 0 && first.tagStart < 0;
    if (first?.type === EVENT_ID.POP) walk.at += 1;
    else {
      walkNode(walk, [], null);
      if (!isEmpty) walk.document += 1;
      walk.at += 1;
    }
  }
  return attach(walk);
}

function walkNode(walk: Walk, path: YamlPath, start: number | null): void {
  const event = walk.events[walk.at];
  walk.at += 1;
  if (event === undefined) return;
  const offset = start ?? offsetOf(event);
  if (offset >= 0) walk.nodes.push({ offset, document: walk.document, path });
  switch (event.type) {
    case EVENT_ID.SCALAR:
      if (event.valueStart >= 0) {
        walk.scalars.push({ start: event.valueStart, end: event.valueEnd });
      }
      return;
    case EVENT_ID.SEQUENCE:
      for (let index = 0; isOpen(walk); index++) walkNode(walk, [...path, index], null);
      walk.at += 1;
      return;
    case EVENT_ID.MAPPING:
      while (isOpen(walk)) walkField(walk, path);
      walk.at += 1;
      return;
    default:
  }
}

function walkField(walk: Walk, path: YamlPath): void {
  const key = walk.events[walk.at];
  if (key?.type === EVENT_ID.SCALAR) {
    walk.at += 1;
    if (key.valueStart >= 0) walk.scalars.push({ start: key.valueStart, end: key.valueEnd });
    walkNode(walk, [...path, getScalarValue(walk.text, key)], offsetOf(key));
    return;
  }
  // A key that is no scalar is refused by the reader; one that is an alias is read past.
  walkNode(walk, path, null);
  walkNode(walk, path, null);
}

function isOpen({ events, at }: Walk): boolean {
  return at < events.length && events[at]?.type !== EVENT_ID.POP;
}

function offsetOf(event: Event): number {
  if ('start' in event) return event.start;
  if ('valueStart' in event && event.valueStart >= 0) return event.valueStart;
  return 'anchorStart' in event ? event.anchorStart : -1;
}

function attach({ text, nodes, scalars }: Walk): readonly YamlComment[] {
  const ranges = scalars.toSorted((a, b) => a.start - b.start);
  const inOrder = nodes.toSorted((a, b) => a.offset - b.offset || a.path.length - b.path.length);
  const comments: YamlComment[] = [];
  let next = 0;
  for (const { start, end } of commentRanges(text, ranges)) {
    while (next < inOrder.length && (inOrder[next]?.offset ?? 0) < start) next += 1;
    const said = text.slice(start + 1, end).trimEnd();
    comments.push({ ...placeOf(text, start, inOrder, next), text: said });
  }
  return comments;
}

/** What a comment is about; `next` is the index of the first node after it. */
function placeOf(
  text: string,
  start: number,
  nodes: readonly Node[],
  next: number,
): Omit<YamlComment, 'text'> {
  const before = nodes[next - 1];
  const after = nodes[next];
  if (before !== undefined && before.offset >= lineStart(text, start)) {
    return { ...placed(before), place: 'beside' };
  }
  if (after !== undefined && !isBeforeMark(text, start, before, after)) {
    const isDeeper =
      before?.document === after.document && column(text, start) > column(text, after.offset);
    if (!isDeeper) return { ...placed(after), place: 'before' };
  }
  if (before === undefined) return { document: 0, path: [], place: 'before' };
  const around = nodes
    .slice(0, next)
    .findLast(
      ({ document, offset, path }) =>
        document === before.document &&
        path.every((step, index) => before.path[index] === step) &&
        column(text, offset) <= column(text, start),
    );
  return { ...placed(around ?? before), place: 'after' };
}

/** Whether a document ends between a comment and the node after it: then it is about what is before. */
function isBeforeMark(text: string, start: number, before: Node | undefined, after: Node): boolean {
  if (before === undefined || before.document === after.document) return false;
  return /^(---|\.\.\.)/m.test(text.slice(start, after.offset));
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function column(text: string, at: number): number {
  return at - lineStart(text, at);
}

function placed({ document, path }: Node): Pick<YamlComment, 'document' | 'path'> {
  return { document, path };
}

/** `#` at the start of a line or after white space, outside of scalars, to the end of its line. */
function* commentRanges(text: string, scalars: readonly Range[]): Generator<Range> {
  let scalar = 0;
  for (let at = text.indexOf('#'); at >= 0; at = text.indexOf('#', at)) {
    while (scalar < scalars.length && (scalars[scalar]?.end ?? 0) <= at) scalar += 1;
    const range = scalars[scalar];
    if (range !== undefined && range.start <= at) {
      at = range.end;
      continue;
    }
    if (at > 0 && !/\s/.test(text.charAt(at - 1))) {
      at += 1;
      continue;
    }
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    yield { start: at, end };
    at = end;
  }
}
