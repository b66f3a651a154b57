import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import {
  type GatewayStore,
  openGatewayStore,
} from '../../../../services/shared/store/gateway/gateway-store.js';
import { quantileOf } from '../../figures.js';
import { unlessStopped } from '../../unless-stopped.js';
import type { HistoryFigure, HistoryParams, HistoryRow } from './history-part.js';

const WHOLE_NOTICES = 1_000_000;
const [HOUR_MS, DAY_MS] = [3_600_000, 86_400_000];
/** Days over which the ends of the notices are spread, so that one in ten has ended. */
const [ENDED_DAYS, AHEAD_DAYS] = [20, 180];
/** Days from now after which half of the ended notices are deleted. */
const FORGETTING_DAYS = 20;
const FRAME = 64;
/** Frames in one transaction while the database is filled. */
const GROUP = 32;
const RECIPIENTS = ['afripol', 'interpol'];
/** One frame in this many has a recipient that is away. */
const AWAY_EVERY = 20;
const ROUNDS = 50;
const PAGE = 50;
const INDEXED = 4_096;

/** A text as long as a signed notice. The store does not parse it. */
const TEXT = 'x'.repeat(2_200);
/** Placeholders as long as a digest and as a receipt without exceptions. */
const [DIGEST, RECEIPT] = ['d'.repeat(43), 'r'.repeat(700)];

/**
 * Measures the database of a gateway with 1,000,000 own notices, filled through its own store: routed in frames of 64 to two
 * recipients, receipted but for one frame in twenty, a tenth of them ended within the last 20 days.
 */
export async function measureGatewayHistory(params: HistoryParams): Promise<HistoryRow> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-bench-'));
  try {
    return await unlessStopped(measureIn(join(folder, 'gateway.db'), params), params.call.stopping);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureIn(path: string, { share, say }: HistoryParams): Promise<HistoryRow> {
  const count = Math.max(FRAME, Math.round(share * WHOLE_NOTICES));
  const now = Date.now();
  await filled(path, { count, now, say });
  say(`${count} own notices: measuring`);
  const began = performance.now();
  const store = openGatewayStore(path);
  const startMs = performance.now() - began;
  const opened: HistoryFigure = { name: 'open', unit: 'ms', value: startMs };
  const figures = [opened, ...(await measure(store, now))];
  await store.close();
  const size = `${(statSync(path).size / 1024 ** 3).toFixed(2)} GiB`;
  return { part: 'gateway', history: `${count.toLocaleString('en')} own notices, ${size}`, figures };
}

interface Filling {
  readonly count: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly say: (words: string) => void;
}

async function filled(path: string, { count, now, say }: Filling): Promise<void> {
  const store = openGatewayStore(path);
  const frames = Math.ceil(count / FRAME);
  for (let first = 1; first <= frames; first += GROUP) {
    await store.commit(() => {
      for (let frame = first; frame < first + GROUP && frame <= frames; frame += 1)
        addFrame(store, frame, now);
    });
    if ((first - 1) % (GROUP * 64) === 0) say(`${first * FRAME} of ${count} own notices written`);
  }
  say('making the index of words');
  while (!store.ownText.catchUp(({ seq }) => [`header ${seq}`, `words of section ${seq % 997}`], INDEXED));
  say('sweeping what has ended');
  await sweepAll(store, now);
  await store.close();
}

/** Adds a frame of notices that are routed and, mostly, receipted. */
function addFrame(store: GatewayStore, number: number, now: number): void {
  const span = ENDED_DAYS + AHEAD_DAYS;
  const end = now + ((number % span) - ENDED_DAYS) * DAY_MS;
  const owns = Array.from({ length: FRAME }, (_, nth) => {
    const id = uuidv7();
    const exp = Math.floor((end + nth * HOUR_MS) / 1000);
    const about = { id, revision: 1, number: number * FRAME + nth, kind: 'red', digest: TEXT.slice(0, 43) };
    const content = { listed: null, header: JSON.stringify({ id, kind: 'red' }), sdJwt: TEXT };
    const key = { caller: 'case-system', key: id, body: about.digest };
    return store.own.insert({ ...about, ...content, exp, at: now - ENDED_DAYS * DAY_MS }, key).seq;
  });
  store.frames.make({ number, id: `frame-${number}`, statement: TEXT, statementDigest: 'digest', owns });
  store.frames.sent(number, now + DAY_MS);
  const promised = owns.map((own) => ({ own, orgs: RECIPIENTS }));
  const promise = { records: [DIGEST], root: DIGEST, notices: owns };
  const promises = RECIPIENTS.map((org) => ({ ...promise, org }));
  const report = { frame: number, record: Buffer.from(TEXT), digest: DIGEST, removed: [], refused: [] };
  store.settlement.routed({ ...report, promised, promises });
  for (const org of number % AWAY_EVERY === 0 ? RECIPIENTS.slice(1) : RECIPIENTS) {
    const signed = { jws: RECEIPT, at: now, kid: `${org}:receipt:1` };
    store.settlement.received({ ...promise, frame: number, org, ...signed, except: [] });
  }
}

async function measure(store: GatewayStore, now: number): Promise<readonly HistoryFigure[]> {
  const idle = await timesOf(async () => {
    await store.commit(() => store.sweep(now));
    store.overdue('red', { at: now, seq: 0 }, now);
    store.counts();
  });
  // The clock is advanced until the first ended notices are deleted, so that each step erases and deletes.
  const busy = await timesOf(() => store.commit(() => store.sweep(now + FORGETTING_DAYS * DAY_MS)));
  const search = (given: object) => timesOf(() => store.own.search({ limit: PAGE, ...given }));
  const times = {
    'counts of the metrics': await timesOf(() => store.counts()),
    'a page of a kind without notices': await search({ kind: 'un-special' }),
    'a page of a state without notices': await search({ state: 'refused' }),
    'a page with a rare word': await search({ text: 'header 977 section', within: 'content' }),
  };
  return [
    { name: 'sweep, nothing has ended, p50', unit: 'ms', value: quantileOf(idle, 0.5), goal: 10 },
    { name: 'sweep, nothing has ended, most', unit: 'ms', value: Math.max(...idle) },
    { name: 'a step of a sweep that erases and forgets, p50', unit: 'ms', value: quantileOf(busy, 0.5) },
    { name: 'a step of a sweep that erases and forgets, most', unit: 'ms', value: Math.max(...busy) },
    ...Object.entries(times).map(([name, took]): HistoryFigure => {
      return { name, unit: 'ms', value: quantileOf(took, 0.5) };
    }),
  ];
}

/** Milliseconds of each of some rounds. */
async function timesOf(work: () => unknown): Promise<readonly number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times;
}

/** Sweeps until nothing is left, many steps in one transaction: it only fills the database. */
async function sweepAll(store: GatewayStore, now: number): Promise<void> {
  const steps = (): boolean => {
    for (let step = 0; step < GROUP; step += 1) if (!store.sweep(now).more) return false;
    return true;
  };
  while (await store.commit(steps));
}
