import { connect, type Socket } from 'node:net';

/** A connection that sends the beginning of a request and then nothing. */
export interface Dawdler {
  /** The whole answer, once the server has closed the connection. */
  readonly closed: Promise<string>;
  /** The first bytes of the answer. */
  readonly answered: Promise<string>;
  leave(): void;
}

export function dawdle(url: string, sent: string): Dawdler {
  const { port, hostname } = new URL(url);
  const socket: Socket = connect(Number(port), hostname, () => socket.write(sent));
  let said = '';
  // Reset or refused: the answer received so far is used.
  socket.on('error', () => undefined);
  const answered = new Promise<string>((resolve) => {
    socket.on('data', (chunk) => resolve((said += chunk.toString())));
  });
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(said)));
  return { closed, answered, leave: () => socket.destroy() };
}

/** The beginning of a request with a body of 256 KiB, and one byte of it. */
export function begunPost(path: string, token?: string): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    'Host: localhost',
    'Content-Type: application/json',
    'Content-Length: 262144',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n{`;
}
