import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A witness written from the C2SP specifications (tlog-witness, tlog-checkpoint, tlog-cosignature, signed-note) and RFC 9162,
 * with code of its own for all of them, so that a misreading in the services is not made twice.
 */
export interface C2spWitness {
  readonly vkey: string;
  url(): string;
  /** The checkpoint that it cosigned last; a test may put another one in its place. */
  cosigned: TreeHead | undefined;
  /** The old size and the status of each request, in order. */
  readonly requests: readonly (readonly [old: number | undefined, status: number])[];
  /** What it does instead of answering as specified; called with the answer that it would give. */
  tamper: ((answer: Answer) => Answer | Promise<Answer>) | undefined;
  /** The most requests that were open at once. */
  mostOpen(): number;
  stop(): Promise<void>;
  /** Listens again on the same port. */
  start(): Promise<void>;
}

interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Key {
  readonly name: string;
  readonly id: Buffer;
  readonly publicKey: KeyObject;
}

const sha256 = (...parts: readonly (string | Buffer)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const keyId = (name: string, type: number, raw: Buffer): Buffer =>
  sha256(name, '\n', Buffer.of(type), raw).subarray(0, 4);

/** Starts a witness for one log, whose key is given as a vkey. */
export async function startC2spWitness(name: string, logVkey: string): Promise<C2spWitness> {
  const log = readLogKey(logVkey);
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const id = keyId(name, 4, raw);
  const requests: [number | undefined, number][] = [];
  let [port, open, mostOpen] = [0, 0, 0];
  let server: Server | undefined;

  const cosign = (text: string): string => {
    const time = Math.floor(Date.now() / 1000);
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), privateKey);
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(BigInt(time));
    return `\u2014 ${name} ${Buffer.concat([id, stamp, signature]).toString('base64')}\n`;
  };
  const answerTo = (body: Buffer): readonly [old: number | undefined, answer: Answer] => {
    const request = readRequest(body);
    if (request === undefined) return [undefined, { status: 400, body: '' }];
    const { old, proof, text, head, signatures } = request;
    const answer = (status: number, more: Partial<Answer> = {}) =>
      [old, { status, body: '', ...more }] as const;
    if (text.split('\n')[0] !== log.name) return answer(404);
    if (!isSigned(text, signatures, log)) return answer(403);
    if (old > head.size) return answer(400);
    const last = witness.cosigned ?? { size: 0, root: sha256() };
    const headers = { 'content-type': 'text/x.tlog.size' };
    const conflict = answer(409, { headers, body: `${last.size}\n` });
    if (old !== last.size) return conflict;
    if (old === head.size && !last.root.equals(head.root)) return conflict;
    if (!follows(last, head, proof)) return answer(422);
    witness.cosigned = head;
    return answer(200, { body: cosign(text) });
  };
  const serve = async (request: IncomingMessage): Promise<Answer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isAdd = request.method === 'POST' && request.url === '/prefix/add-checkpoint';
    const [old, answer] = isAdd ? answerTo(Buffer.concat(chunks)) : [undefined, { status: 405, body: '' }];
    requests.push([old, answer.status]);
    return witness.tamper === undefined ? answer : witness.tamper(answer);
  };
  const witness: C2spWitness = {
    vkey: `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.of(4), raw]).toString('base64')}`,
    url: () => `http://127.0.0.1:${port}/prefix/`,
    cosigned: undefined,
    requests,
    tamper: undefined,
    mostOpen: () => mostOpen,
    stop: async () => {
      server?.closeAllConnections();
      await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
      server = undefined;
    },
    start: async () => {
      server = createServer((request, response) => {
        mostOpen = Math.max(mostOpen, (open += 1));
        response.on('close', () => (open -= 1));
        void serve(request).then(({ status, headers, body }) =>
          response.writeHead(status, headers).end(body),
        );
      });
      await new Promise((resolve) => server?.listen(port, '127.0.0.1', () => resolve(undefined)));
      ({ port } = server.address() as AddressInfo);
    },
  };
  await witness.start();
  return witness;
}

/** signed-note, "Verifier keys": name, key id in hex, and base64 of type and key. */
function readLogKey(vkey: string): Key {
  const [name = '', hex = '', ...base64] = vkey.split('+');
  const bytes = Buffer.from(base64.join('+'), 'base64');
  const raw = bytes.subarray(1);
  const id = keyId(name, 1, raw);
  if (bytes[0] !== 1 || raw.length !== 32 || id.toString('hex') !== hex)
    throw new Error('not the key of a log');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]);
  return { name, id, publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
}

interface Request {
  readonly old: number;
  readonly proof: readonly Buffer[];
  readonly text: string;
  readonly head: TreeHead;
  readonly signatures: readonly { readonly name: string; readonly bytes: Buffer }[];
}

/** Reads the body of `add-checkpoint`; undefined if it is not exactly as specified. */
function readRequest(body: Buffer): Request | undefined {
  const whole = body.toString('utf8');
  if (!Buffer.from(whole).equals(body)) return undefined;
  const blank = whole.indexOf('\n\n');
  const [first = '', ...hashes] = whole.slice(0, Math.max(0, blank)).split('\n');
  const note = whole.slice(blank + 2);
  const end = note.lastIndexOf('\n\n');
  const [text, block] = [note.slice(0, end + 1), note.slice(end + 2)];
  const old = readNumber(/^old (.*)$/.exec(first)?.[1] ?? '');
  const head = readHead(text);
  const proof = hashes.map(readBase64);
  const signatures = block.split('\n').slice(0, -1).map(readSignature);
  const isWhole = blank > 0 && end > 0 && block.endsWith('\n') && proof.length <= 63;
  if (!isWhole || old === undefined || head === undefined) return undefined;
  if (!proof.every((hash) => hash?.length === 32) || !signatures.every((one) => one !== undefined))
    return undefined;
  return { old, proof: proof as Buffer[], text, head, signatures: signatures as Request['signatures'] };
}

function readNumber(text: string): number | undefined {
  return /^(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined;
}

function readBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function readSignature(line: string): Request['signatures'][number] | undefined {
  const [dash, name, base64, ...rest] = line.split(' ');
  const bytes = readBase64(base64 ?? '');
  if (dash !== '\u2014' || !name || name.includes('+') || rest.length > 0) return undefined;
  return bytes === undefined || bytes.length < 5 ? undefined : { name, bytes };
}

/** tlog-checkpoint: origin, size and root, then perhaps extension lines. */
function readHead(text: string): TreeHead | undefined {
  const [origin = '', sizeLine = '', rootLine = '', ...rest] = text.split('\n');
  const [size, root] = [readNumber(sizeLine), readBase64(rootLine)];
  if (origin === '' || size === undefined || root?.length !== 32 || rest.at(-1) !== '') return undefined;
  return { size, root };
}

function isSigned(text: string, signatures: Request['signatures'], { name, id, publicKey }: Key): boolean {
  return signatures.some(
    (one) =>
      one.name === name &&
      one.bytes.subarray(0, 4).equals(id) &&
      verify(null, Buffer.from(text), publicKey, one.bytes.subarray(4)),
  );
}

/** RFC 9162, section 2.1.4.2, by its numbered steps; equal sizes need equal roots, and size 0 is before every tree. */
function follows(first: TreeHead, second: TreeHead, proof: readonly Buffer[]): boolean {
  if (first.size === 0) return proof.length === 0;
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  if (proof.length === 0) return false;
  const isPower = (BigInt(first.size) & (BigInt(first.size) - 1n)) === 0n;
  const [start, ...path] = isPower ? [first.root, ...proof] : proof;
  let [fn, sn] = [BigInt(first.size - 1), BigInt(second.size - 1)];
  for (; (fn & 1n) === 1n; fn >>= 1n) sn >>= 1n;
  let [fr, sr] = [start as Buffer, start as Buffer];
  for (const hash of path) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      [fr, sr] = [sha256(Buffer.of(1), hash, fr), sha256(Buffer.of(1), hash, sr)];
      if ((fn & 1n) === 0n)
        do {
          [fn, sn] = [fn >> 1n, sn >> 1n];
        } while ((fn & 1n) === 0n && fn !== 0n);
    } else {
      sr = sha256(Buffer.of(1), sr, hash);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && fr.equals(first.root) && sr.equals(second.root);
}
