import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPlace } from '../../services/gateway/open-state.js';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import type { Directory } from '../../services/shared/trust/directory.js';
import { type Broker, startBroker } from '../support/broker.js';
import { nextDirectory } from './craft.js';
import { hearLog } from './start-gateway.js';
import { alarmsFor } from '../support/alarms-for.js';

const EUROPOL = parseOrgId('europol');

let broker: Broker;
let first: Buffer;

beforeEach(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  first = readFileSync(broker.home.directory);
});

afterEach(() => broker?.close());

/** Opens and closes the state of a gateway; returns the directory in force and the alarms that were raised. */
async function start(): Promise<{ readonly directory: Directory; readonly alarms: readonly unknown[] }> {
  const { log, lines } = hearLog();
  const config = { home: broker.home, org: EUROPOL };
  const { identity, store } = await openPlace(config, { log, alarms: alarmsFor({ log }) });
  const directory = identity.directory.current();
  identity.directory.stop();
  await store.close();
  return {
    directory,
    alarms: lines.flatMap(({ alarm, code }) => (alarm === undefined ? [] : [`${alarm} ${code}`])),
  };
}

/** Starts the gateway once with a directory file newer than `first`; returns its version. */
async function startedWithNext(): Promise<number> {
  const { directory } = await start();
  writeFileSync(broker.home.directory, await nextDirectory(broker, directory, (source) => source));
  const { directory: next, alarms } = await start();
  expect([next.version, alarms]).toEqual([directory.version + 1, []]);
  return next.version;
}

describe('gateway state: a gateway that starts again', () => {
  test('does not use a directory file that is older than the one it read before', async () => {
    const newest = await startedWithNext();
    writeFileSync(broker.home.directory, first);
    expect((await start()).directory.version).toBe(newest);
  });

  test.each([
    { what: 'missing', harm: () => rmSync(broker.home.directory), code: 'config-invalid' },
    {
      what: 'broken',
      harm: () => writeFileSync(broker.home.directory, first.subarray(0, 40)),
      code: 'frame-unreadable',
    },
  ])('starts from its own copy when the file is $what, and raises an alarm', async ({ harm, code }) => {
    const newest = await startedWithNext();
    harm();
    const { directory, alarms } = await start();
    expect([directory.version, alarms]).toEqual([newest, [`directory-not-used ${code}`]]);
  });

  test('throws for a broken file at its first start, when it has no copy', async () => {
    writeFileSync(broker.home.directory, first.subarray(0, 40));
    await expect(start()).rejects.toMatchObject({ code: 'frame-unreadable' });
  });
});
