import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** What an editor is told of a document. */
export interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly {
    readonly code: string;
    readonly message: string;
    readonly range: { readonly start: { readonly line: number; readonly character: number } };
  }[];
}

/** An editor that speaks JSON-RPC to `ocm lsp`, byte by byte as the protocol says, with no library of ours. */
export class Editor {
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #answers = new Map<number, (message: Message) => void>();
  readonly #waiting: {
    readonly is: (message: Message) => boolean;
    readonly done: (message: Message) => void;
  }[] = [];
  readonly told: Message[] = [];
  readonly ended: Promise<number | null>;
  #bytes = Buffer.alloc(0);
  #last = 0;
  errors = '';

  constructor(cwd: string) {
    const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
    this.#server = spawn(process.execPath, [main, 'lsp', '--stdio'], { cwd });
    this.#server.stdout.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#server.stderr.on('data', (bytes: Buffer) => {
      this.errors += bytes.toString();
    });
    this.ended = new Promise((resolve) => this.#server.on('exit', resolve));
  }

  #take(bytes: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    for (;;) {
      const head = this.#bytes.indexOf('\r\n\r\n');
      const [, length] =
        /Content-Length: (\d+)/.exec(this.#bytes.subarray(0, Math.max(head, 0)).toString()) ?? [];
      const end = head + 4 + Number(length);
      if (head < 0 || this.#bytes.length < end) return;
      const message = JSON.parse(this.#bytes.subarray(head + 4, end).toString()) as Message;
      this.#bytes = this.#bytes.subarray(end);
      this.#hear(message);
    }
  }

  #hear(message: Message): void {
    this.told.push(message);
    if (message.id !== undefined && message.method === undefined)
      this.#answers.get(message.id)?.(message);
    const index = this.#waiting.findIndex(({ is }) => is(message));
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.done(message);
  }

  send(message: object): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#server.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#server.stdin.write(body);
  }

  notify(method: string, params: object): void {
    this.send({ method, params });
  }

  /** Sends a request; `cancelled` also sends at once that its answer is not wanted any more. */
  ask(method: string, params: object | null, cancelled = false): Promise<Message> {
    const id = ++this.#last;
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.send({ id, method, ...(params === null ? {} : { params }) });
    if (cancelled) this.notify('$/cancelRequest', { id });
    return answer;
  }

  /** The next diagnostics of a document that fit. */
  async published(
    uri: string,
    fits: (published: Published) => boolean = () => true,
  ): Promise<Published> {
    const is = ({ method, params }: Message): boolean => {
      const published = params as Published;
      return (
        method === 'textDocument/publishDiagnostics' && published.uri === uri && fits(published)
      );
    };
    const message = await new Promise<Message>((done) => this.#waiting.push({ is, done }));
    return message.params as Published;
  }

  async start(): Promise<unknown> {
    const { result } = await this.ask('initialize', {
      processId: null,
      rootUri: null,
      capabilities: {},
    });
    this.notify('initialized', {});
    return result;
  }

  /** Says goodbye as the protocol asks; gives the exit code. */
  async stop(): Promise<number | null> {
    await this.ask('shutdown', null);
    this.notify('exit', {});
    return this.ended;
  }

  kill(): void {
    this.#server.kill('SIGKILL');
  }
}
