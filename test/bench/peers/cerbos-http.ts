import { Agent, request } from 'node:http';
import { fail } from '../../../services/shared/kernel/errors.js';

/** A client of a Cerbos server on this machine: one question per request, over one connection. */
export interface CerbosClient {
  /** Resolves with true if the action in question is allowed. Throws `internal` with any other response. */
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
