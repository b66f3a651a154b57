import { setTimeout as delay } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { fail } from '../../../services/shared/kernel/errors.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import type { Home } from '../../../services/shared/runtime/home.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { gatewayClient, openStream } from '../../../services/cli/http-client.js';
import { findGateway, type RunFile } from '../../../services/cli/home/run-file.js';
import { quantileOf } from '../figures.js';
import { readLatency } from './latency.js';
import { exampleDraft } from '../examples.js';

/** The latency of single notices without other load. */
export interface Sight {
  readonly sightNotices: number;
  /** From the HTTP request of the submitter until the event stream of the first recipient shows the notice. */
  readonly sightP50Ms: number;
  readonly sightP99Ms: number;
  /** The latency of the same notices at all recipients, from the databases. */
  readonly sightDatabaseP50Ms: number;
}

interface Looking {
  readonly home: Home;
  readonly run: RunFile;
  readonly orgs: readonly OrgId[];
}

/** The kind sent: missing person, which every sample policy lets through to a recipient. */
const KIND = 'yellow';
const PATIENCE_MS = 15_000;
/** Pause between notices; longer than a report and the rest after it, for which the next frame would wait (docs/adr/0008). */
const ALONE_MS = 250;

/** Measures the latency of `count` notices. Throws `timed-out` if no recipient shows a notice. */
export async function measureSight(looking: Looking, count: number): Promise<Sight> {
  const { home, run, orgs } = looking;
  const [originator, ...others] = orgs;
  if (originator === undefined) throw fail('internal', 'no organisation');
  const listening = new AbortController();
  const seen = createSeen();
  await Promise.all(others.map((org) => listen(looking, { org, seen, signal: listening.signal })));
  const client = gatewayClient(home, run, originator);
  const draft = exampleDraft(KIND);
  const took: number[] = [];
  const from = Date.now();
  try {
    for (let each = 0; each < count; each += 1) {
      await delay(ALONE_MS);
      const began = performance.now();
      const { id } = (await client.post('/v1/notices', draft, { 'idempotency-key': uuidv7() })) as Accepted;
      took.push((await seen.when(id)) - began);
    }
  } finally {
    listening.abort();
  }
  return {
    sightNotices: count,
    sightP50Ms: quantileOf(took, 0.5),
    sightP99Ms: quantileOf(took, 0.99),
    sightDatabaseP50Ms: readLatency({ home, orgs }, { from, to: Date.now() }).p50Ms,
  };
}

interface Accepted {
  readonly id: string;
}

interface Seen {
  readonly take: (id: string) => void;
  /** `performance.now()` of the first time that this id was seen. */
  readonly when: (id: string) => Promise<number>;
}

function createSeen(): Seen {
  const first = new Map<string, number>();
  let wake = (): void => {};
  return {
    take: (id) => {
      if (!first.has(id)) first.set(id, performance.now());
      wake();
    },
    when: async (id) => {
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
        const at = first.get(id);
        if (at !== undefined) return at;
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, PATIENCE_MS).unref();
        });
      }
      throw fail('timed-out', 'no recipient shows the notice');
    },
  };
}

interface Listening {
  readonly org: OrgId;
  readonly seen: Seen;
  readonly signal: AbortSignal;
}

/** Opens an event stream; resolves once it is open. */
async function listen({ home, run }: Looking, { org, seen, signal }: Listening): Promise<void> {
  const { url } = findGateway(run, org);
  const token = readSecret(home.org(org, 'token'));
  const { body } = await openStream(`${url}/v1/inbox/stream`, { peer: 'its gateway', token, signal });
  if (body === null) throw fail('internal', 'an event stream has no body');
  void read(body, seen).catch(() => undefined);
}

const DATA = 'data: ';

async function read(body: ReadableStream<Uint8Array>, seen: Seen): Promise<void> {
  let rest = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith(DATA)) seen.take((JSON.parse(line.slice(DATA.length)) as Accepted).id);
    }
  }
}
