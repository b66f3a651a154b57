import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { fastify, type FastifyInstance } from 'fastify';
import { errorFrom } from '../../shared/kernel/errors.js';
import { httpServerOptions } from '../../shared/runtime/http-server-options.js';
import type { Logger } from '../../shared/runtime/logger.js';
import type { MirroredLife, MirroredLives } from './mirrored-lives.js';

interface ServeLivesDeps {
  readonly lives: Pick<MirroredLives, 'present' | 'all'>;
  /** Creates the server of one life, which answers requests and listens nowhere. */
  readonly appOf: (life: MirroredLife) => FastifyInstance;
  readonly log: Pick<Logger, 'warn'>;
}

/** Matches the path of a request about one life; the rest of it is that of the request. */
const OF_LIFE = /^\/lives\/([1-9][0-9]{0,5})(\/.*)$/;

/** Creates the server of a mirror: requests are about the present life of the log, and under `/lives/<number>` about that one. */
export function serveLives({ lives, appOf, log }: ServeLivesDeps): Pick<FastifyInstance, 'listen' | 'close'> {
  const apps = new Map<MirroredLife, FastifyInstance>();
  const appFor = async (life: MirroredLife): Promise<FastifyInstance> => {
    const app = apps.get(life) ?? appOf(life);
    apps.set(life, app);
    await app.ready();
    return app;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, number, path] = OF_LIFE.exec(request.url ?? '') ?? [];
    const named = lives.all().find(({ life }) => String(life) === number);
    if (named !== undefined) request.url = path;
    (await appFor(named ?? lives.present())).routing(request, response);
  };
  const options = httpServerOptions();
  const server = fastify({
    ...options,
    forceCloseConnections: true,
    serverFactory: (_, { keepAliveTimeout }) =>
      createServer({ ...options.http, keepAliveTimeout: Number(keepAliveTimeout) }, (request, response) => {
        answer(request, response).catch((thrown: unknown) => {
          log.warn({ code: errorFrom(thrown).code }, 'a request was not answered');
          response.destroy();
        });
      }),
  });
  server.addHook('onClose', async () => {
    for (const app of apps.values()) await app.close();
  });
  return server;
}
