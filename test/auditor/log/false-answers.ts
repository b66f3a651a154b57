import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A signature line of another key with so many bytes. */
export function foreignLine(bytes: number): string {
  return `\u2014 other.example ${Buffer.alloc(bytes, 1).toString('base64')}\n`;
}

/** A signature line with one changed bit in its last byte. */
export function withChangedBit(line: string): string {
  const [dash, name, base64 = ''] = line.trimEnd().split(' ');
  const bytes = Buffer.from(base64, 'base64');
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1);
  return `${dash} ${name} ${bytes.toString('base64')}\n`;
}

/** A server to which an answer may redirect, until the test ends. */
export async function startElsewhere(): Promise<{ readonly url: string; requests(): number }> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests: () => requests };
}
