import {
  type CancellationToken,
  type CodeActionParams,
  type Connection,
  createConnection,
  LSPErrorCodes,
  MarkupKind,
  ResponseError,
  TextDocumentSyncKind,
} from 'vscode-languageserver/node';
import { completions } from '../lang/service/completion.ts';
import { definition } from '../lang/service/definition.ts';
import { shownDiagnostics } from '../lang/service/diagnostics.ts';
import { formatting } from '../lang/service/format.ts';
import { hover } from '../lang/service/hover.ts';
import type { At } from '../lang/service/snapshot.ts';
import { documentSymbols } from '../lang/service/symbols.ts';
import { toActions, toCompletion, toDiagnostic, toEdits, toSymbol } from './convert.ts';
import type { LspHost } from './host.ts';
import { type Project, type Projects, startProjects } from './projects.ts';
import { changed, type Places } from './text.ts';

export type { HostModule, LspHost } from './host.ts';

/** What a server speaks through, and what it knows of the machine. */
export interface ServeInput {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly host: LspHost;
  readonly version: string;
  /** How long an editor has to be quiet before it is told what is wrong, in milliseconds. */
  readonly quietMillis?: number;
}

/** Speaks the Language Server Protocol until the editor says goodbye. A request never fails: what cannot be answered is empty. */
export function serve({ input, output, host, version, quietMillis = 150 }: ServeInput): void {
  const connection = createConnection(input, output);
  const projects = startProjects(host);
  connection.onInitialize(() => ({
    serverInfo: { name: 'ocm', version },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      completionProvider: { triggerCharacters: ['.', ':', '@', '[', ' '] },
      definitionProvider: true,
      documentSymbolProvider: true,
      documentFormattingProvider: true,
      codeActionProvider: true,
    },
  }));
  const publish = startPublisher(connection, projects, quietMillis);
  listen(connection, projects, publish);
  answer(connection, projects);
  connection.listen();
}

/** Says which module is to be told of; it is, once nothing has changed for a while. */
type Publish = (uri: string) => void;

function startPublisher(connection: Connection, projects: Projects, quietMillis: number): Publish {
  const timers = new Map<string, NodeJS.Timeout>();
  const shown = new Map<string, readonly string[]>();
  const tell = (uri: string, key: string): void => {
    const project = projects.of(uri);
    const files = projects.documents().some((each) => projects.keyOf(each.uri) === key)
      ? shownDiagnostics(project.snapshot)
      : new Map<string, never[]>();
    const now = [...files].map(([file, found]) => {
      const places = project.placesOf(file);
      const to = project.uriOf(file);
      const version = projects.document(to)?.version;
      const diagnostics =
        places === null ? [] : found.map((each) => toDiagnostic(each, places, project));
      void connection.sendDiagnostics({
        uri: to,
        diagnostics,
        ...(version === undefined ? {} : { version }),
      });
      return to;
    });
    for (const gone of (shown.get(key) ?? []).filter((each) => !now.includes(each))) {
      void connection.sendDiagnostics({ uri: gone, diagnostics: [] });
    }
    shown.set(key, now);
  };
  return (uri) => {
    const key = projects.keyOf(uri);
    clearTimeout(timers.get(key));
    const timer = setTimeout(() => {
      timers.delete(key);
      safely(connection, undefined, () => tell(uri, key));
    }, quietMillis);
    timers.set(key, timer);
  };
}

function listen(connection: Connection, projects: Projects, publish: Publish): void {
  connection.onDidOpenTextDocument(({ textDocument: { uri, version, text } }) => {
    projects.open({ uri, version, text });
    publish(uri);
  });
  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    const before = projects.document(uri)?.text ?? '';
    projects.open({ uri, version, text: changed(before, contentChanges) });
    publish(uri);
  });
  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    projects.close(uri);
    publish(uri);
  });
  connection.onDidChangeWatchedFiles(() => {
    projects.changed();
    for (const { uri } of projects.documents()) publish(uri);
  });
}

/** A document that a request is about. */
interface Asked {
  readonly project: Project;
  readonly file: string;
  readonly places: Places;
}

function answer(connection: Connection, projects: Projects): void {
  const asked = (uri: string): Asked | null => {
    const project = projects.of(uri);
    const file = project.fileOf(uri);
    const places = project.placesOf(file);
    return places === null ? null : { project, file, places };
  };
  type About = { readonly textDocument: { readonly uri: string } };
  const handler =
    <P extends About, R>(nothing: R, run: (asked: Asked, params: P) => R) =>
    async (params: P, token: CancellationToken): Promise<R | ResponseError> => {
      // what the editor sent meanwhile comes first: it may have changed its mind
      await new Promise(setImmediate);
      if (token.isCancellationRequested) {
        return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
      }
      return safely(connection, nothing, () => {
        const about = asked(params.textDocument.uri);
        return about === null ? nothing : run(about, params);
      });
    };
  type Point = About & { readonly position: Parameters<Places['offsetOf']>[0] };
  const at = ({ file, places }: Asked, { position }: Point): At => ({
    file,
    offset: places.offsetOf(position),
  });
  connection.onHover(
    handler(null, (about, params: Point) => {
      const found = hover(about.project.snapshot, at(about, params));
      if (found === null) return null;
      const contents = { kind: MarkupKind.Markdown, value: found.markdown };
      return { contents, range: about.places.rangeOf(found.span) };
    }),
  );
  connection.onCompletion(
    handler({ isIncomplete: false, items: [] }, (about, params: Point) => {
      const here = at(about, params);
      const { items, start } = completions(about.project.snapshot, here);
      const span = { start, end: here.offset };
      return {
        isIncomplete: false,
        items: items.map((item) => toCompletion(item, span, about.places)),
      };
    }),
  );
  connection.onDefinition(
    handler(null, (about, params: Point) => {
      const found = definition(about.project.snapshot, at(about, params));
      const range =
        found === null ? undefined : about.project.placesOf(found.file)?.rangeOf(found.span);
      return found === null || range === undefined
        ? null
        : { uri: about.project.uriOf(found.file), range };
    }),
  );
  connection.onDocumentSymbol(
    handler([], ({ project, file, places }) =>
      documentSymbols(project.snapshot, file).map((each) => toSymbol(each, places)),
    ),
  );
  connection.onDocumentFormatting(
    handler([], ({ project, file, places }) => toEdits(formatting(project.snapshot, file), places)),
  );
  connection.onCodeAction(
    handler([], ({ project, file, places }, { range, textDocument: { uri } }: CodeActionParams) => {
      const [from, to] = [places.offsetOf(range.start), places.offsetOf(range.end)];
      return (shownDiagnostics(project.snapshot).get(file) ?? [])
        .filter(({ span }) => span.start <= to && span.end >= from)
        .flatMap((each) => toActions(each, uri, places, project));
    }),
  );
}

/** Our own mistakes end one request, not the server: they go to the editor's log. */
function safely<R>(connection: Connection, nothing: R, run: () => R): R {
  try {
    return run();
  } catch (error) {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`internal error, please report it: ${told}`);
    return nothing;
  }
}
