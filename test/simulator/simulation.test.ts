import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from '@photostructure/sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readSimulatorConfig } from '../../services/simulator/config.js';
import { createBooks } from '../../services/simulator/books.js';
import { createChance } from '../../services/shared/kernel/chance.js';
import { beginningOf, createInspector } from '../../services/simulator/inspect-recipient.js';
import { canariesFor } from '../../services/simulator/recipient-canaries.js';
import { createInventor } from '../../services/simulator/invent.js';
import { type Member, readMembers } from '../../services/simulator/members.js';
import { inspectGateway } from '../../services/shared/store/inspect-gateway.js';
import { type Blocks, bytesOfDatabase } from '../../services/simulator/database-bytes.js';
import { readDirectory } from '../../services/shared/trust/read-directory.js';
import { createReceiptBook } from '../../services/simulator/receipt-book.js';
import { createCanaryIndex } from '../../services/simulator/canary-search.js';
import { createSettling } from '../../services/simulator/settling.js';
import { runSimulation, type SimulationEvent } from '../../services/simulator/simulation.js';
import {
  countReports,
  type RecipientFindings,
  keyOf,
  type SentNotice,
} from '../../services/simulator/summary.js';
import { runTraffic } from '../../services/simulator/traffic.js';
import { type Hub, playHub } from '../gateway/play-hub.js';
import { type Started, startGateway } from '../gateway/start-gateway.js';
import { createLocalSystemClient } from '../../services/simulator/gateway-http.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { type Broker, startBroker } from '../support/broker.js';
import { pairsThatEnded } from './pairs-that-ended.js';
import { until } from '../support/until.js';

const ORGS = ['afripol', 'europol', 'interpol'];
let broker: Broker;
let hub: Hub;
let gateways: readonly Started[];

beforeAll(async () => {
  broker = await startBroker({ orgs: ORGS });
  gateways = await Promise.all(ORGS.map((org) => startGateway(broker, org)));
  hub = await playHub(broker, await readDirectory(broker.home));
  // The first two sections to everybody but interpol, which is denied what is restricted. No policy cuts off the note
  // of an H3 notice: a recipient rejects a copy without it.
  hub.rule = ({ sections, header }, to) =>
    to === 'interpol' && header.classification !== 'basic'
      ? undefined
      : sections.filter((name, index) => index < 2 || name === 'handlingNote');
  await hub.serve(...ORGS);
  const urls = Object.fromEntries(ORGS.map((org, index) => [org, gateways[index]?.gateway.url]));
  writeFileSync(broker.home.run, JSON.stringify({ pid: process.pid, nats: broker.url, gateways: urls }));
});
afterAll(async () => {
  await Promise.all([...gateways.map((gateway) => gateway.stop()), hub.stop()]);
  await broker.close();
});

const config = (more: Record<string, string>) =>
  readSimulatorConfig({
    LIAISON_HOME: broker.home.root,
    LIAISON_NATS_URL: broker.url,
    LIAISON_SEED: '7',
    ...more,
  });

/** Stops a simulation once it has submitted a notice; resolves to its summary. */
async function runUntilSubmitted(emit: (event: SimulationEvent) => void) {
  let submitted = 0;
  const settings = { LIAISON_RATE: '20', LIAISON_ROGUE: '0' };
  const { stop, summary } = await runSimulation(config(settings), (event) => {
    emit(event);
    if (event.event === 'progress') submitted = Number(event['submitted']);
  });
  await until('a notice that was submitted', () => submitted > 0);
  stop();
  return summary;
}

describe('simulation', () => {
  test('everything sent is found again: held, proven, once, and nothing of what was withheld', async () => {
    const events: SimulationEvent[] = [];
    const settings = { LIAISON_RATE: '60', LIAISON_COUNT: '60', LIAISON_ROGUE: '0' };
    const { summary } = await runSimulation(config(settings), (event) => events.push(event));
    const { delivered, redacted, denied, ...rest } = await summary;
    const some = expect.any(Number) as number;
    expect(rest).toEqual({
      amended: some,
      withdrawn: some,
      unsealed: some,
      restricted: some,
      submitted: 60,
      refused: 0,
      missing: 0,
      duplicates: 0,
      unverified: 0,
      withheldLeaks: 0,
      lacking: 0,
      overdue: 0,
    });
    expect(delivered + denied + (await pairsThatEnded(gateways))).toBe(120);
    expect(Math.min(redacted, denied)).toBeGreaterThan(0);
    expect(events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(['started', 'progress', 'settling']),
    );
  });

  test('it submits notices until it is stopped, then settles', async () => {
    expect((await runUntilSubmitted(() => {})).submitted).toBeGreaterThan(0);
  });

  test('what is under way when it is stopped is reported, and is not missing', async () => {
    hub.lose.add('report');
    const told: SimulationEvent['event'][] = [];
    const { missing } = await runUntilSubmitted(({ event }) => told.push(event));
    hub.lose.clear();
    expect(missing).toBe(0);
    expect(told).toContain('unsettled');
  });
});

describe('simulation traffic', () => {
  test('to the other gateways continues at the same rate while one gateway does not answer', async () => {
    await using frozen = await startSilentServer();
    const members = await readMembers(broker.home);
    const [first, ...others] = members as [Member, ...Member[]];
    const away = {
      ...first,
      gateway: createLocalSystemClient({ org: first.org, url: frozen.url, token: 't' }),
    };
    const accepted: SentNotice['originator'][] = [];
    const ending = new AbortController();
    const traffic = runTraffic(
      {
        members: [away, ...others],
        chance: createChance(3),
        invent: createInventor(3),
        federation: 'demo',
        rate: () => 100,
        rogue: 0,
        count: 0,
        onInvented: () => {},
        onAccepted: ({ originator }) => accepted.push(originator),
        onRefused: () => {},
        hasSettled: () => true,
        onRogue: async () => {},
      },
      { ending: ending.signal, late: ending.signal },
    );
    // With one bound for all gateways, traffic would stop two requests after the 64 that hang.
    await until('traffic past the requests that hang', () => accepted.length >= 400);
    expect(new Set(accepted)).toEqual(new Set(others.map(({ org }) => org)));
    ending.abort();
    await frozen.close();
    await expect(traffic).resolves.toBeUndefined();
  });

  test('a search waits for an unreachable gateway for as long as it is allowed to', async () => {
    await using frozen = await startSilentServer(503);
    const org = parseOrgId('europol');
    const { inbox } = createLocalSystemClient({ org, url: frozen.url, token: 't' });
    vi.useFakeTimers({ toFake: ['Date'] });
    let waits = true;
    const reading = inbox(new Date(0), () => waits).next();
    reading.catch(() => undefined);
    await until('a first try', () => frozen.asked() > 0);
    vi.setSystemTime(Date.now() + 60_000);
    const before = frozen.asked();
    await until('further tries', () => frozen.asked() > before + 1);
    waits = false;
    await expect(reading).rejects.toMatchObject({ code: 'unreachable' });
    vi.useRealTimers();
  });
});

/** A server on loopback that answers each request with a status, or accepts it and answers nothing. */
async function startSilentServer(status?: number) {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    if (status !== undefined) response.writeHead(status).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, asked: () => asked, close, [Symbol.asyncDispose]: close };
}

test('a stopped simulation does not wait for all notices to settle while a gateway does not answer', async () => {
  await using frozen = await startSilentServer();
  const run = readFileSync(broker.home.run, 'utf8');
  const { gateways: urls, ...others } = JSON.parse(run) as { readonly gateways: object };
  writeFileSync(broker.home.run, JSON.stringify({ ...others, gateways: { ...urls, afripol: frozen.url } }));
  // An hour to settle: the summary arrives only because of the stop.
  const settings = { LIAISON_RATE: '20', LIAISON_ROGUE: '0', LIAISON_SETTLE_SECONDS: '3600' };
  const { stop, summary } = await runSimulation(config(settings), () => {});
  writeFileSync(broker.home.run, run);
  await until('requests without an answer', () => frozen.asked() > 1);
  stop();
  expect(await summary).toMatchObject({ missing: 0, withheldLeaks: 0 });
});

describe('what the simulation would notice', () => {
  let notices: readonly SentNotice[];
  let member: Member;

  beforeAll(async () => {
    const members = await readMembers(broker.home);
    const settling = createSettling(
      members.map(({ gateway }) => gateway),
      { advance: () => Promise.resolve(false), review: () => Promise.resolve() },
    );
    const late = AbortSignal.timeout(120_000);
    const ending = new AbortController();
    const invent = createInventor(11);
    const deps = {
      members,
      chance: createChance(11),
      invent,
      federation: 'demo',
      rate: () => 100,
      rogue: 0,
      count: 25,
    };
    const hear = {
      onInvented: () => {},
      onAccepted: settling.follow,
      onRefused: () => {},
      hasSettled: () => true,
      onRogue: async () => {},
    };
    await runTraffic({ ...deps, ...hear }, { ending: ending.signal, late });
    await settling.untilSettled(late);
    await settling.stop();
    notices = settling.takeSettled();
    member = members.find(({ org }) => org === 'afripol')!;
  });

  async function inspect(about = notices, forbidden: readonly string[] = []): Promise<RecipientFindings> {
    const since = new Date(Date.now() - 600_000);
    const directory = await readDirectory(broker.home);
    const inspector = createInspector(member, looksFor(about));
    const found = await inspector.look({ notices: about, forbidden, since, directory, now: new Date() });
    return { ...found, leaks: found.leaks + (await inspector.finish()).leaks };
  }

  function looksFor(about: readonly SentNotice[]) {
    const canaries = createCanaryIndex();
    for (const notice of about) for (const canary of notice.canaries.values()) canaries.add(canary);
    return { receipts: createReceiptBook(), canaries };
  }

  function tamper(sql: string, ...values: readonly (string | Uint8Array)[]): void {
    const db = new DatabaseSync(member.database, { timeout: 60_000 });
    db.prepare(sql).run(...values);
    db.close();
  }

  test('an honest recipient is found honest', async () => {
    const { verified, sections, ...rest } = await inspect();
    expect(verified.size).toBeGreaterThan(5);
    expect([...sections.keys()].toSorted()).toEqual([...verified].toSorted());
    expect(rest).toEqual({ org: 'afripol', complete: true, unverified: new Set(), duplicates: 0, leaks: 0 });
  });

  test('a section that was disclosed against the report is a leak', async () => {
    const disclosed = canariesFor(member.org, notices).disclosed.length;
    const kept = notices.flatMap(({ shown }) =>
      shown!.recipients.filter(({ org, receipt }) => org === member.org && receipt?.type === 'held'),
    );
    // The report said less than was delivered: one section of each held notice.
    const less = notices.map((notice) => {
      const recipients = notice.shown!.recipients.map((pair) => ({
        ...pair,
        sections: pair.sections.slice(0, 1),
      }));
      return { ...notice, shown: { ...notice.shown!, recipients } };
    });
    expect((await inspect(less)).leaks).toBe(disclosed - kept.length);
  });

  test('one planted canary is one leak, in the clear and in base64', async () => {
    const [one, two] = canariesFor(member.org, notices).withheld;
    const sql = "INSERT INTO rejected_frame (frame, class, code, at) VALUES (?, 'planted', 'x', 0)";
    tamper(sql, `xx${one}`);
    expect((await inspect()).leaks).toBe(1);
    tamper(sql, Buffer.from(`?["salt","x",{"remarks":"canary ${two}"}]`).toString('base64url'));
    expect((await inspect()).leaks).toBe(2);
    tamper("DELETE FROM rejected_frame WHERE class = 'planted'");
  });

  test('what a rogue frame holds may be with nobody: there it is a leak, even where it would be disclosed', async () => {
    const [canary] = canariesFor(member.org, notices).disclosed;
    // What an earlier test planted may still be in freed pages.
    const { leaks } = await inspect();
    expect((await inspect(notices, [canary!])).leaks).toBe(leaks + 1);
    expect((await inspect(notices, ['0'.repeat(32)])).leaks).toBe(leaks);
  });

  test('a second look finds what came after the first, and counts nothing twice', async () => {
    let over = false;
    const inspector = createInspector(member, { ...looksFor(notices), isOver: () => over });
    const directory = await readDirectory(broker.home);
    const looking = { forbidden: [], since: new Date(Date.now() - 600_000), directory, now: new Date() };
    await inspector.look({ ...looking, notices });
    const [two, one] = canariesFor(member.org, notices).withheld.slice(-2);
    const sql = "INSERT INTO rejected_frame (frame, class, code, at) VALUES (?, 'planted', 'x', 0)";
    tamper(sql, `xx${one}`);
    expect((await inspector.look({ ...looking, notices: [] })).leaks).toBe(1);
    expect((await inspector.look({ ...looking, notices: [] })).leaks).toBe(0);
    tamper("INSERT INTO fact (name, value) VALUES ('planted', ?)", `xx${two}`);
    over = true;
    expect(await inspector.finish()).toEqual({ leaks: 0, complete: false });
    over = false;
    expect((await inspector.finish()).leaks).toBeGreaterThan(0);
    tamper("DELETE FROM fact WHERE name = 'planted'");
    tamper("DELETE FROM rejected_frame WHERE class = 'planted'");
  });

  test('notices that are not searched for lack of time are counted by their reports, and their number is reported', async () => {
    const books = createBooks(broker.home, await readMembers(broker.home), () => true);
    await books.fold(notices);
    expect(await books.finish()).toEqual({ notices: notices.length, freed: true });
    expect(books.counted()).toEqual(countReports(notices));
    expect(books.counted()).toMatchObject({ submitted: notices.length, missing: 0 });
  });

  test('a look reads nothing that was read before', async () => {
    const [one] = canariesFor(member.org, notices).withheld;
    tamper("INSERT INTO rejected_frame (frame, class, code, at) VALUES (?, 'planted', 'x', 0)", `xx${one}`);
    const inspection = inspectGateway(member.database);
    const inspector = createInspector(member, {
      ...looksFor(notices),
      begin: { marks: inspection.marks(), blocks: new Map() },
    });
    expect([...inspection.values(inspection.marks())]).toEqual([]);
    inspection.close();
    const directory = await readDirectory(broker.home);
    const since = new Date(Date.now() - 600_000);
    expect(await inspector.look({ notices, forbidden: [], since, directory, now: new Date() })).toMatchObject(
      {
        leaks: 0,
      },
    );
    expect((await inspector.finish()).leaks).toBeGreaterThan(0);
    tamper("DELETE FROM rejected_frame WHERE class = 'planted'");
  });

  test('a search of all bytes leaves out what is as it was at the beginning, and nothing else', () => {
    const { blocks } = beginningOf(member.database);
    const bytes = (since: Blocks): string => {
      let text = '';
      for (const piece of bytesOfDatabase(member.database, since))
        text += Buffer.from(piece).toString('latin1');
      return text;
    };
    expect(bytes(blocks)).toBe('');
    tamper("INSERT INTO rejected_frame (frame, class, code, at) VALUES ('changed-since', 'planted', 'x', 0)");
    expect(bytes(blocks)).toContain('changed-since');
    expect(bytes(blocks).length).toBeLessThan(bytes(new Map()).length);
    tamper("DELETE FROM rejected_frame WHERE class = 'planted'");
  });

  test('another receipt at the originator than the recipient keeps is a duplicate', async () => {
    const receipts = createReceiptBook();
    receipts.follow(notices.map(keyOf));
    const kept = inspectGateway(member.database);
    const signed = [...kept.receipts(new Map())];
    kept.close();
    expect([...signed, ...signed].flatMap((record) => receipts.add(record))).toEqual([]);
    const [last] = signed.slice(-1);
    const forged = { ...last!, jws: `${last!.jws.slice(0, -1)}_` };
    expect(receipts.add(forged).length).toBeGreaterThan(0);
    expect(receipts.add(forged)).toEqual([]);
  });

  test('receipts that differ count from when their notice is followed, and once', () => {
    const receipts = createReceiptBook();
    const kept = inspectGateway(member.database);
    const signed = [...kept.receipts(new Map())].at(-1)!;
    kept.close();
    const forged = { ...signed, jws: `${signed.jws.slice(0, -1)}_` };
    expect([signed, forged].flatMap((record) => receipts.add(record))).toEqual([]);
    expect(receipts.follow(notices.map(keyOf)).length).toBeGreaterThan(0);
    expect(receipts.follow(notices.map(keyOf))).toEqual([]);
  });

  test('a canary that was met before its notice settled is a leak once it is known to be withheld', async () => {
    const [one] = canariesFor(member.org, notices).withheld;
    const inspector = createInspector(member, looksFor(notices));
    const directory = await readDirectory(broker.home);
    const looking = { forbidden: [], since: new Date(Date.now() - 600_000), directory, now: new Date() };
    tamper("INSERT INTO rejected_frame (frame, class, code, at) VALUES (?, 'planted', 'x', 0)", `xx${one}`);
    expect((await inspector.look({ ...looking, notices: [] })).leaks).toBe(0);
    expect((await inspector.look({ ...looking, notices })).leaks).toBe(1);
    tamper("DELETE FROM rejected_frame WHERE class = 'planted'");
  });

  test('a search that finds nothing of what was disclosed proves nothing and says so', async () => {
    const blind = notices.map((notice) => ({
      ...notice,
      canaries: new Map(
        [...notice.canaries].map(([section], index) => [section, String(index).padStart(32, 'f')]),
      ),
    }));
    await expect(inspect(blind)).rejects.toMatchObject({ code: 'internal' });
  });

  test('two different receipts for one notice are a duplicate', async () => {
    const columns = 'originator, frame, records, root, statement, proofs, leaves, receipt, unsent, forget';
    const values = "originator, 'again', records, root, statement, proofs, leaves, ?, 0, forget";
    const copy = `INSERT INTO delivery (${columns}) SELECT ${values} FROM delivery ORDER BY seq DESC LIMIT 1`;
    const db = new DatabaseSync(member.database);
    const { receipt } = db.prepare('SELECT receipt FROM delivery ORDER BY seq DESC LIMIT 1').get() as {
      receipt: string;
    };
    db.close();
    // The same receipt with another signature.
    const other = `${receipt.slice(0, -10)}${receipt.at(-10) === 'A' ? 'B' : 'A'}${receipt.slice(-9)}`;
    tamper(copy, other);
    expect((await inspect()).duplicates).toBeGreaterThanOrEqual(1);
    tamper("DELETE FROM delivery WHERE frame = 'again'");
  });

  test('a held notice whose evidence was changed is unverified', async () => {
    const db = new DatabaseSync(member.database);
    const row = db.prepare('SELECT seq, sd_jwt FROM inbox ORDER BY seq DESC LIMIT 1').get() as {
      sd_jwt: string;
    };
    db.close();
    // Within the originator's signature.
    const at = row.sd_jwt.indexOf('~') - 20;
    const changed = row.sd_jwt.slice(0, at) + (row.sd_jwt[at] === 'A' ? 'B' : 'A') + row.sd_jwt.slice(at + 1);
    tamper('UPDATE inbox SET sd_jwt = ? WHERE sd_jwt = ?', changed, row.sd_jwt);
    expect((await inspect()).unverified.size).toBe(1);
  });
});
