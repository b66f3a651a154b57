import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { exitCodeOf } from '../../services/cli/terminal/exit-codes.js';
import { clientOfAuditor, problemFrom } from '../../services/cli/http-client.js';

const response = { url: 'http://127.0.0.1:1/v1/notices', status: 400 };

describe('a problem document', () => {
  test('is converted back into the error', () => {
    const error = problemFrom({ code: 'schema-invalid', detail: 'no such field', errors: [] }, response);
    expect(error).toMatchObject({ code: 'schema-invalid', family: 'input', message: 'no such field' });
    expect(exitCodeOf(error)).toBe(2);
  });

  test('with an unknown code becomes `internal`, and never exit code 0', () => {
    for (const code of ['of-a-newer-gateway', 'constructor', 7, null]) {
      const error = problemFrom({ code, detail: 'something new' }, response);
      expect(error.code).toBe('internal');
      expect(exitCodeOf(error)).toBe(1);
    }
  });

  test('without a code becomes an error with the status', () => {
    expect(problemFrom('<html>', response)).toMatchObject({ code: 'internal' });
  });
});

describe('a streamed answer of the auditor', () => {
  test('that is cut off yields the bytes that arrived, then fails with `unreachable`', async () => {
    const server = createServer((_request, reply) => {
      reply.writeHead(200, { 'content-length': '100' });
      reply.write('first', () => setTimeout(() => reply.destroy(), 50));
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { stream } = clientOfAuditor(`http://127.0.0.1:${port}`, 'token');
    const heard: string[] = [];
    const reading = (async () => {
      for await (const chunk of stream('/', new AbortController().signal))
        heard.push(Buffer.from(chunk).toString());
    })();
    await expect(reading).rejects.toMatchObject({ code: 'unreachable' });
    expect(heard).toEqual(['first']);
  });
});
