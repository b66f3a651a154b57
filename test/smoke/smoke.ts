import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectAs } from '../../services/shared/bus/connect.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { snoopingSubjects, directAttempts } from '../isolation/attempts.js';
import { expectLawful } from '../support/expect-lawful.js';
import { leftRunning, startFederation, type TestFederation } from '../support/federation.js';

const ATTACKER = parseOrgId('interpol');
const VICTIM = parseOrgId('europol');
/** What the gateway of an organisation may publish in its own account. */
const PERMITTED = /^out\.|^\$JS\.(API\.CONSUMER\.(INFO|MSG\.NEXT)|ACK)\.IN\.gw/;

/** The configuration of every stream of an account by its name, from the broker's monitoring. */
async function streamsOf(monitor: string, account: string): Promise<ReadonlyMap<string, unknown>> {
  const response = await fetch(`${monitor}/jsz?accounts=true&streams=true&config=true`);
  const { account_details } = (await response.json()) as {
    readonly account_details: readonly {
      readonly name: string;
      readonly stream_detail?: readonly { readonly name: string; readonly config: unknown }[];
    }[];
  };
  const details = account_details.find(({ name }) => name === account)?.stream_detail ?? [];
  return new Map(details.map(({ name, config }) => [name, config]));
}

/** Registers the tests of a federation that runs for 40 s with little traffic, under the Node at this path. */
export function testSmoke(node: string): void {
  let federation: TestFederation;
  beforeAll(async () => {
    federation = await startFederation({
      words: ['--for', '40s', '--rate', '5', '--rogue', '20'],
      node,
      // The simulator waits until no receipt has arrived for this long, so that late receipts do not count as missing.
      env: { LIAISON_SETTLE_SECONDS: '90' },
    });
  });
  afterAll(() => federation?.close());

  test('a notice is settled: every recipient that policy allows holds it and has signed for it', async () => {
    const draft = join(projectRoot, 'proto/examples/red.json');
    const words = ['notice', 'submit', draft, '--org', VICTIM, '--wait', '2m', '--json'];
    const { code, records, stderr } = await federation.cli(...words);
    expect(code, stderr).toBe(0);
    expect(records[0]).toMatchObject({ revision: 1, state: 'settled', header: { kind: 'red' } });
  });

  test('an organisation receives no message of another and changes none of its streams', async () => {
    const { home, run } = federation;
    const seed = readSecret(home.org(ATTACKER, 'gateway.nk'));
    const heard: string[] = [];
    let denied = 0;
    const bus = await connectAs({
      servers: run().nats,
      seed,
      role: 'gateway',
      name: 'test-smoke',
      onConnectionEvent: ({ type }) => void (denied += type === 'denied' ? 1 : 0),
    });
    const before = await streamsOf(run().monitor, VICTIM);
    // The gateway of the attacker receives its own deliveries in these inboxes.
    for (const subject of snoopingSubjects(VICTIM).filter((name) => !name.startsWith('_INBOX_gw.'))) {
      bus.nc.subscribe(subject, {
        callback: (error, message) => void (error === null && heard.push(message.subject)),
      });
    }
    const attempts = directAttempts(VICTIM).filter(({ subject }) => !PERMITTED.test(subject));
    for (const { subject, payload } of attempts) bus.nc.publish(subject, payload);
    await bus.nc.flush();
    expect(await streamsOf(run().monitor, VICTIM)).toEqual(before);
    await expect.poll(() => denied).toBeGreaterThanOrEqual(attempts.length);
    await bus.close();
    expect([...before.keys()].toSorted()).toEqual(['IN', 'OUT']);
    expect(heard).toEqual([]);
  });

  test('the console serves its page and the script that the page names', async () => {
    const { console: url } = federation.run();
    const page = await fetch(`${url}/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('text/html'),
    ]);
    const script = /<script[^>]+src="([^"]+)"/.exec(await page.text())?.[1] ?? 'no script';
    const { status } = await fetch(new URL(script, `${url}/`));
    expect(status).toBe(200);
  });

  test('`up --for 40s --json` prints the summary last; all laws hold; no process is left running', async () => {
    const { code, records, stderr } = await federation.ended;
    const summary = records.at(-1) ?? {};
    expectLawful(summary, stderr);
    expect(records.slice(0, -1).every((record) => typeof record['event'] === 'string')).toBe(true);
    expect(code).toBe(0);
    expect(leftRunning(federation.home)).toEqual([]);
    expect(existsSync(federation.home.run)).toBe(false);
  }, 300_000);
}
