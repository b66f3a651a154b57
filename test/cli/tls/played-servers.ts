import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as upgrade, type SecureVersion, TLSSocket } from 'node:tls';

/** A server that answers a client of NATS up to its `CONNECT`. */
interface PlayedServer {
  readonly url: string;
  /** What clients sent without encryption. */
  readonly received: () => string;
  readonly close: () => void;
}

const INFO = {
  server_id: 'played',
  version: '2.10.27',
  proto: 1,
  headers: true,
  max_payload: 1024,
  nonce: 'AAAA',
};

/** Starts a server on the loopback interface: with the certificate in a folder, or without TLS. */
export async function playServer(tls?: string): Promise<PlayedServer> {
  let received = '';
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.write(`INFO ${JSON.stringify({ ...INFO, tls_required: tls !== undefined })}\r\n`);
    if (tls === undefined) socket.on('data', (bytes) => (received += bytes.toString()));
    else new TLSSocket(socket, { isServer: true, ...filesIn(tls) }).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `nats://127.0.0.1:${port}`,
    received: () => received,
    close: () => {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}

/** Says `words` to a broker with the client certificate in a folder; returns all that it answers until it ends the connection. */
export async function answersTo(url: string, own: string, words: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once('data', resolve));
  const secure = upgrade({ socket, host: hostname, ...filesIn(own) });
  let answers = '';
  secure.on('data', (bytes: Buffer) => (answers += bytes.toString()));
  secure.on('error', (error) => (answers += error.message));
  secure.once('secureConnect', () => secure.write(words));
  await new Promise((resolve) => secure.once('close', resolve));
  return answers;
}

interface HandshakeParams {
  /** The folder of the authority to trust. */
  readonly trust: string;
  /** The folder of the client certificate; absent: none. */
  readonly own?: string;
  readonly version: SecureVersion;
}

/** Opens TLS to a broker, and waits for a word of it; returns the code of the failure, or `none`. */
export async function handshake(url: string, { trust, own, version }: HandshakeParams): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once('data', resolve));
  const versions = { minVersion: version, maxVersion: version } as const;
  const client = own === undefined ? {} : filesIn(own);
  const secure = upgrade({ socket, host: hostname, ...versions, ...client, ca: filesIn(trust).ca });
  // A server of TLS 1.3 judges the certificate of the client after the handshake of the client.
  secure.once('secureConnect', () => secure.write('PING\r\n'));
  const code = await new Promise<string>((resolve) => {
    secure.once('data', () => resolve('none'));
    secure.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  secure.destroy();
  return code;
}

const filesIn = (folder: string) => ({
  ca: readFileSync(join(folder, 'ca.pem')),
  cert: readFileSync(join(folder, 'cert.pem')),
  key: readFileSync(join(folder, 'key.pem')),
});
