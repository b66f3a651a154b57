import { Agent, type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { fail } from '../shared/kernel/errors.js';

/** One HTTP request. */
export interface Asking {
  readonly method?: 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Sends a request and reads a JSON answer over a kept connection. Throws `timed-out`, and the errors of `node:http`. */
export type Exchange = (
  url: string,
  asking: Asking,
) => Promise<{ readonly status: number; readonly body: unknown }>;

const ANSWER_MS = 15_000;

/**
 * Creates an exchange. Uses `node:http`, because `fetch` takes twice the processor time, and the simulator shares its machine
 * with the federation that it measures.
 */
export function createExchange(): Exchange {
  const agent = new Agent({ keepAlive: true });
  return async (url, { method = 'GET', headers, body = '', signal }) => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const length = Buffer.byteLength(body);
      const options = {
        method,
        agent,
        timeout: ANSWER_MS,
        ...(signal === undefined ? {} : { signal }),
        headers: { ...headers, 'content-length': length },
      };
      const asked = request(url, options, resolve);
      asked.on('error', reject);
      asked.on('timeout', () => asked.destroy(fail('timed-out', 'a gateway did not answer in time')));
      asked.end(body);
    });
    return { status: response.statusCode ?? 0, body: await json(response) };
  };
}
