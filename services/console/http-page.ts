import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Paths of the views of the page; all serve the same document. */
const VIEWS = ['/', '/flow', '/notice', '/notice/*', '/policies', '/quarantine'];
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

/** Serves the built page from memory by exact name: the path of a request is never opened as a file. */
export function addPage(app: FastifyInstance, folder: string): void {
  for (const [name, file] of readFolder(folder)) {
    const isDocument = name === 'index.html';
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

function readFolder(folder: string): ReadonlyMap<string, PageFile> {
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
