import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A server of a test, on a free port of this machine. */
export interface TestServer {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
  readonly host: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  readonly stop: () => Promise<void>;
}

export async function serve(answer: RequestListener): Promise<TestServer> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    host: '127.0.0.1',
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const sha256 = (bytes: Buffer | string): string =>
  createHash('sha256').update(bytes).digest('hex');

/** An entry of a tar archive: a file, a link, or something else by its type. */
export type TarEntry = readonly [
  path: string,
  content: string | { readonly link: string; readonly type?: string },
];

/** A gzipped tar archive. */
export function tgz(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(([path, content]) => {
    const isFile = typeof content === 'string';
    const body = Buffer.from(isFile ? content : '');
    const header = Buffer.alloc(512);
    header.write(path, 0, 100);
    header.write('0000644\0', 100);
    header.write(`${body.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(isFile ? '0' : (content.type ?? '2'), 156);
    if (!isFile) header.write(content.link, 157, 100);
    header.write('ustar\0', 257);
    const padding = Buffer.alloc((512 - (body.length % 512)) % 512);
    return [header, body, padding];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** A chart of one ConfigMap. */
export const chartFiles = (version: string, text = 'kept'): readonly TarEntry[] => [
  ['redis/Chart.yaml', `apiVersion: v2\nname: redis\nversion: ${version}\n`],
  ['redis/values.yaml', `text: ${text}\n`],
  [
    'redis/templates/map.yaml',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Release.Name }} }\ndata: { text: {{ .Values.text | quote }}, version: "{{ .Chart.Version }}" }\n',
  ],
];

/** A chart server: an index, and the archives it names. */
export function chartServer(
  archives: ReadonlyMap<string, Buffer>,
  digests: ReadonlyMap<string, string> = new Map(),
) {
  return serve((request, response) => {
    if (request.url === '/charts/index.yaml') {
      const versions = [...archives].map(
        ([version, archive]) =>
          `  - { name: redis, version: "${version}", urls: ["redis-${version}.tgz"], digest: "${digests.get(version) ?? sha256(archive)}" }\n`,
      );
      response.end(`apiVersion: v1\nentries:\n  redis:\n${versions.join('')}`);
      return;
    }
    const version = /^\/charts\/redis-(.*)\.tgz$/.exec(request.url ?? '')?.[1] ?? '';
    const archive = archives.get(version);
    if (archive === undefined) response.writeHead(404).end();
    else response.end(archive);
  });
}

/** An OCI registry with one chart, which asks for a token. */
export function registry(archive: Buffer, version: string, password: string) {
  const digest = `sha256:${sha256(archive)}`;
  const manifest = JSON.stringify({
    schemaVersion: 2,
    layers: [
      {
        mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
        digest,
        size: archive.length,
      },
    ],
  });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '', headers } = request;
    const origin = `http://${headers.host ?? ''}`;
    const basic = `Basic ${Buffer.from(`user:${password}`).toString('base64')}`;
    if (url.startsWith('/token')) {
      if (headers.authorization !== basic) response.writeHead(403).end();
      else response.end(JSON.stringify({ token: 'granted' }));
      return;
    }
    if (headers.authorization !== 'Bearer granted') {
      const asks = `Bearer realm="${origin}/token",service="test",scope="repository:charts/redis:pull"`;
      response.writeHead(401, { 'www-authenticate': asks }).end();
      return;
    }
    if (url === '/v2/charts/redis/tags/list')
      response.end(JSON.stringify({ tags: ['0.9.0', version] }));
    else if (url === `/v2/charts/redis/manifests/${version}`) response.end(manifest);
    else if (url === `/v2/charts/redis/blobs/${digest}`) response.end(archive);
    else response.writeHead(404).end();
  };
  return serve(answer);
}

/** A repository of git that is served over HTTP by git's own backend. */
export interface GitServer extends TestServer {
  /** Commits files (a text, or a link) and gives the commit. */
  readonly commit: (
    files: Readonly<Record<string, string | { readonly link: string }>>,
    tag?: string,
  ) => string;
}

export async function gitServer(): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'ocm-git-'));
  const work = join(root, 'work');
  const git = (...args: readonly string[]): string =>
    execFileSync(
      'git',
      ['-C', work, '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args],
      {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      },
    ).trim();
  mkdirSync(work);
  git('init', '--quiet', '-b', 'main');
  const server = await serve((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    const child = spawn('git', ['http-backend'], {
      env: {
        PATH: process.env['PATH'],
        GIT_PROJECT_ROOT: root,
        GIT_HTTP_EXPORT_ALL: '1',
        REQUEST_METHOD: request.method,
        PATH_INFO: url.pathname,
        QUERY_STRING: url.search.slice(1),
        CONTENT_TYPE: request.headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
        HTTP_GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
        REMOTE_ADDR: '127.0.0.1',
      },
    });
    request.pipe(child.stdin);
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('close', () => {
      const bytes = Buffer.concat(chunks);
      const end = bytes.indexOf('\r\n\r\n');
      let status = 200;
      for (const line of bytes.subarray(0, end).toString('latin1').split('\r\n')) {
        const [, name = '', value = ''] = /^([^:]+): (.*)$/.exec(line) ?? [];
        if (name === 'Status') status = Number.parseInt(value, 10);
        else if (name !== '') response.setHeader(name, value);
      }
      response.writeHead(status).end(bytes.subarray(end + 4));
    });
  });
  return {
    ...server,
    commit: (files, tag) => {
      for (const [path, content] of Object.entries(files)) {
        const file = join(work, path);
        mkdirSync(dirname(file), { recursive: true });
        rmSync(file, { force: true });
        if (typeof content === 'string') writeFileSync(file, content);
        else symlinkSync(content.link, file);
      }
      git('add', '--all');
      git('commit', '--quiet', '-m', 'x');
      if (tag !== undefined) git('tag', '-f', tag);
      return git('rev-parse', 'HEAD');
    },
    stop: async () => {
      await server.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
