import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renewBrokerFiles } from '../../../services/cli/init/broker-files.js';
import { consumerState } from '../../../services/shared/bus/consumer-state.js';
import { provision, type Target } from '../../../services/shared/bus/provision.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { ONE_MACHINE, type StreamPlan, sources, streamsOf } from '../../../services/shared/bus/streams.js';
import { isCode } from '../../../services/shared/kernel/errors.js';
import { type Broker, startBroker } from '../../support/broker.js';

const FRAME = 'ab'.repeat(32);
const NEXT_FRAME = 'cd'.repeat(32);

/** The configuration as the first release wrote it: one stream PARKED, other limits, and an absolute path. */
function firstRelease(conf: string): string {
  const lines = conf.split('\n').map((line) => {
    if (line.includes('STREAM.DELETE.PARKED')) return `        publish: { allow: [${quoted(PROVISION)}] }`;
    if (line.includes('"parked.')) return `        publish: { allow: [${quoted(ROUTER)}] }`;
    return line
      .replace(' "$JS.API.CONSUMER.INFO.IN.gw", "$JS.API.STREAM.MSG', ' "$JS.API.STREAM.MSG')
      .replace(/max_streams: 5/, 'max_streams: 4')
      .replace('store_dir: "data"', `store_dir: "${broker.home.nats('data')}"`)
      .replace(/^authorization .*/, 'authorization { timeout: 20 }');
  });
  return lines.filter((line) => !line.startsWith('max_connections')).join('\n');
}

const PROVISION = [
  '$JS.API.STREAM.CREATE.LEDGER',
  '$JS.API.STREAM.CREATE.PARKED',
  '$JS.API.STREAM.CREATE.QUARANTINE',
  '$JS.API.STREAM.CREATE.CHECKPOINT',
  '$JS.API.STREAM.INFO.LEDGER',
  '$JS.API.STREAM.UPDATE.LEDGER',
  '$JS.API.CONSUMER.CREATE.LEDGER.auditor',
  '$JS.API.CONSUMER.CREATE.LEDGER.router-1',
  '$JS.API.CONSUMER.CREATE.PARKED.*.parked.*.>',
  '$JS.API.CONSUMER.DELETE.PARKED.*',
];
const ROUTER = [
  'ledger.*',
  'parked.*.*.*',
  'quarantine.*',
  '$JS.API.CONSUMER.INFO.PARKED.*',
  '$JS.API.CONSUMER.MSG.NEXT.PARKED.*',
  '$JS.ACK.PARKED.>',
  '$JS.API.STREAM.MSG.DELETE.PARKED',
  '$JS.API.CONSUMER.INFO.LEDGER.router-1',
  '$JS.API.CONSUMER.MSG.NEXT.LEDGER.router-1',
  '$JS.ACK.LEDGER.router-1.>',
  '$JS.API.DIRECT.GET.LEDGER',
  '$JS.API.DIRECT.GET.LEDGER.ledger.*',
  '$JS.API.DIRECT.GET.CHECKPOINT.checkpoint',
  '$JS.API.DIRECT.GET.QUARANTINE',
  '$JS.API.STREAM.MSG.DELETE.QUARANTINE',
];
const quoted = (subjects: readonly string[]): string => subjects.map((one) => `"${one}"`).join(', ');

let broker: Broker;
let conf: string;
beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'interpol'] });
  conf = broker.home.nats('nats.conf');
});
afterAll(() => broker.close());

const marker = (): string => broker.home.hub('provision', 'provisioned.json');
const heard: string[] = [];
const renew = (): void =>
  renewBrokerFiles(broker.home, broker.orgs, { size: ONE_MACHINE, say: (words) => heard.push(words) });

/** Provisions the streams of the first release, with its permissions. */
async function provisionFirstRelease(): Promise<void> {
  const size = { ...ONE_MACHINE, orgs: broker.orgs };
  const [first, ...others] = streamsOf('core', size).filter(({ config }) =>
    config.name.startsWith('PARKED_'),
  );
  if (first === undefined) throw new Error('no stream for parked copies');
  const parked: StreamPlan = {
    config: { ...first.config, name: 'PARKED', subjects: ['parked.>'], max_bytes: 1024 ** 3 },
    consumers: [first, ...others].flatMap(({ consumers: [consumer] }, index) => {
      const org = broker.orgs[index] ?? '';
      return consumer === undefined
        ? []
        : [{ ...consumer, durable_name: org, filter_subject: `parked.${org}.>` }];
    }),
  };
  const core = streamsOf('core', size).filter(({ config }) => !config.name.startsWith('PARKED_'));
  const target = (account: string, streams: Target['streams']): Target => ({
    account,
    streams,
    retired: [],
    connect: () => broker.connect('provision', account),
  });
  await provision(
    [
      ...broker.orgs.map((org) => target(org, streamsOf('organisation', size))),
      target('CORE', [...core, parked]),
      target('COMMAND', streamsOf('command', size)),
    ],
    { markerFile: marker(), afterLoss: false, lost: new Set(), ahead: new Set(), onOlder: () => undefined },
  );
}

describe('a home of the first release, with one stream PARKED for all recipients', () => {
  test('gets the permissions of this release and a stream for each recipient, and keeps everything else', async () => {
    const current = readFileSync(conf, 'utf8');
    await broker.stop();
    broker.eraseData();
    rmSync(marker());
    writeFileSync(conf, firstRelease(current));
    await broker.start();
    await provisionFirstRelease();
    const router = await broker.connect('router');
    const bytes = Buffer.from('x');
    expect(await publishOnce(router, { subject: `parked.europol.interpol.${FRAME}`, bytes })).toBe('stored');
    expect(await publishOnce(router, { subject: 'ledger.europol', bytes })).toBe('stored');
    const { epoch } = await consumerState(router, sources.ledgerRouter());
    await broker.stop();

    renew();
    expect(readFileSync(conf, 'utf8')).toBe(current);
    expect(heard).toEqual([expect.stringContaining(conf)]);
    await broker.start();
    expect(await broker.provision()).toEqual([
      'CORE/PARKED_europol',
      'CORE/PARKED_europol/router',
      'CORE/PARKED_interpol',
      'CORE/PARKED_interpol/router',
    ]);
    expect(await broker.count('CORE', 'PARKED')).toBeUndefined();
    expect(JSON.parse(readFileSync(marker(), 'utf8'))).not.toHaveProperty(['provisioned', 'CORE/PARKED']);
    const again = await broker.connect('router');
    expect(await consumerState(again, sources.ledgerRouter())).toMatchObject({ epoch, pending: 1 });
    expect(await publishOnce(again, { subject: `parked.europol.interpol.${NEXT_FRAME}`, bytes })).toBe(
      'stored',
    );
    expect(await broker.count('CORE', 'PARKED_europol')).toBe(1);
    expect(await broker.provision()).toEqual([]);
  });

  test('is not provisioned further while PARKED is missing, because its data may only be hidden', async () => {
    const { provisioned } = JSON.parse(readFileSync(marker(), 'utf8')) as {
      provisioned: Record<string, string>;
    };
    const kept = Object.entries(provisioned).filter(([name]) => !name.startsWith('CORE/PARKED_'));
    const before = Object.fromEntries([...kept, ['CORE/PARKED', 'an epoch']]);
    writeFileSync(marker(), JSON.stringify({ provisioned: before }));
    expect(await broker.provision()).toEqual([]);
    expect(JSON.parse(readFileSync(marker(), 'utf8'))).toEqual({ provisioned: before });
    expect(await broker.provision({ afterLoss: true })).toContain('CORE/PARKED_europol');
    expect(JSON.parse(readFileSync(marker(), 'utf8'))).not.toHaveProperty(['provisioned', 'CORE/PARKED']);
  });
});

describe('a `nats.conf` that was changed by hand', () => {
  test('is left unchanged if it lacks no subject, and otherwise refused with the missing subjects', () => {
    const current = readFileSync(conf, 'utf8');
    const changed = (text: string): string => text.replace('write_deadline: "5s"', 'write_deadline: "6s"');
    writeFileSync(conf, changed(current));
    renew();
    expect(readFileSync(conf, 'utf8')).toBe(changed(current));
    writeFileSync(conf, changed(firstRelease(current)));
    let thrown: unknown;
    try {
      renew();
    } catch (error) {
      thrown = error;
    }
    expect(isCode(thrown, 'config-invalid')).toBe(true);
    expect(String(thrown)).toContain('"parked.europol.*.*"');
    expect(readFileSync(conf, 'utf8')).toBe(changed(firstRelease(current)));
    writeFileSync(conf, current);
  });

  test('keeps the ports that it names', () => {
    const current = readFileSync(conf, 'utf8');
    const moved = current.replace(/^listen: "127\.0\.0\.1:\d+"$/m, 'listen: "127.0.0.1:4"');
    writeFileSync(conf, firstRelease(moved));
    renew();
    expect(readFileSync(conf, 'utf8')).toBe(moved);
    writeFileSync(conf, current);
  });
});
