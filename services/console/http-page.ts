import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Paths of the views of the page; all serve the same document. */
const VIEWS = [
  '/',
  '/flow',
  '/ledger',
  '/members',
  '/members/*',
  '/notice',
  '/notice/*',
  '/policies',
  '/quarantine',
];
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
/** For files whose name holds the digest of their content, as those under `assets/` do. */
const IMMUTABLE = 'public, max-age=31536000, immutable';

interface PageFile {
  readonly type: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
}

/** The files of the built page, by name. */
type Page = ReadonlyMap<string, PageFile>;

const DOCUMENT = 'index.html';

/**
 * Answers a browser at an unknown path with 404 and the page, which shows "No such page". Other callers, and all paths below
 * `/v1/`, get a problem document.
 */
export function addUnknownPage(app: FastifyInstance, page: Page): void {
  const document = page.get(DOCUMENT);
  app.addHook('onRequest', async (request, reply) => {
    const { is404, method, url, headers } = request;
    const isBrowser = method === 'GET' && headers.accept?.includes('text/html') === true;
    if (!is404 || !isBrowser || document === undefined || url.startsWith('/v1/')) return undefined;
    return answer(request, reply.code(404).header('cache-control', 'no-cache'), document);
  });
}

/** Serves the built page from memory by exact name: the path of a request is never opened as a file. */
export function addPage(app: FastifyInstance, page: Page): void {
  for (const [name, file] of page) {
    const isDocument = name === DOCUMENT;
    for (const path of isDocument ? VIEWS : [`/${name}`]) {
      app.get(path, async (request, reply) =>
        answer(request, reply.header('cache-control', isDocument ? 'no-cache' : IMMUTABLE), file),
      );
    }
  }
}

function answer(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { type, plain, gzip }: PageFile,
): FastifyReply {
  reply.type(type).header('vary', 'accept-encoding');
  return String(headers['accept-encoding']).includes('gzip')
    ? reply.header('content-encoding', 'gzip').send(gzip)
    : reply.send(plain);
}

/** Reads the built page from its folder; empty if it is not built. */
export function readPage(folder: string): Page {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const known = names.filter((name) => TYPES[extname(name)] !== undefined);
  return new Map(
    known.map((name) => {
      const plain = readFileSync(join(folder, name));
      return [name, { type: TYPES[extname(name)] ?? '', plain, gzip: gzipSync(plain) }];
    }),
  );
}
