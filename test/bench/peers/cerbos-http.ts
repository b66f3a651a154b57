import { Agent, request } from 'node:http';
import { fail } from '../../../services/shared/kernel/errors.js';

/** Asks a Cerbos on this machine, one question a request, over one connection. */
export interface CerbosClient {
  /** True where its one action is allowed. Throws `internal` with what it says instead. */
  readonly ask: (question: object) => Promise<boolean>;
  readonly close: () => void;
}

interface Answer {
  readonly results?: readonly { readonly actions: Readonly<Record<string, string>> }[];
}

export function openCerbos(port: number): CerbosClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = (body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
      const asked = request(
        { host: '127.0.0.1', port, path: '/api/check/resources', method: 'POST', agent, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
        },
      );
      asked.once('error', reject);
      asked.end(body);
    });
  return {
    ask: async (question) => {
      const text = await post(JSON.stringify(question));
      const [effect] = Object.values((JSON.parse(text) as Answer).results?.[0]?.actions ?? {});
      if (effect === undefined) throw fail('internal', `Cerbos does not answer: ${text}`);
      return effect === 'EFFECT_ALLOW';
    },
    close: () => agent.destroy(),
  };
}
