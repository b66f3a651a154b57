import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { initDemo } from '../../services/cli/init/init-demo.js';
import { publicNkey } from '../../services/shared/bus/nkeys.js';
import { homeAt } from '../../services/shared/runtime/home.js';
import { type ConfiguredUser, readConfiguration } from './configuration.js';

/** A user of the permission table (docs/architecture.md#accounts), written independently of the generator; `{A,B}` stands for A and B. */
interface Row {
  readonly key: string;
  readonly account: string;
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

const ORGS = ['interpol', 'europol', 'afripol', 'ameripol', 'aseanapol', 'gccpol', 'ecopol'];

const perOrganisation = (org: string): readonly Row[] => [
  {
    key: `hub/provision/orgs/${org}.nk`,
    account: org,
    publish: [
      '$JS.API.STREAM.CREATE.{OUT,IN}',
      '$JS.API.STREAM.{INFO,UPDATE}.OUT',
      '$JS.API.CONSUMER.{DURABLE.CREATE,DELETE,INFO}.OUT.{router,queries}',
      '$JS.API.CONSUMER.{CREATE,DELETE}.IN.gw',
    ],
    subscribe: ['_INBOX_prov.>'],
  },
  {
    key: `orgs/${org}/gateway.nk`,
    account: org,
    publish: [
      'out.{submission,receipt,query}.>',
      '$JS.API.CONSUMER.INFO.IN.gw',
      '$JS.API.CONSUMER.MSG.NEXT.IN.gw',
      '$JS.ACK.IN.gw.>',
    ],
    subscribe: ['_INBOX_gw.>'],
  },
  {
    key: `hub/router/orgs/${org}.nk`,
    account: org,
    publish: [
      'in.>',
      '$JS.API.CONSUMER.{INFO,MSG.NEXT}.OUT.{router,queries}',
      '$JS.ACK.OUT.{router,queries}.>',
      '$JS.API.CONSUMER.INFO.IN.gw',
      '$JS.API.STREAM.MSG.DELETE.IN',
    ],
    subscribe: ['_INBOX_router.>'],
  },
  {
    key: `orgs/${org}/tail.nk`,
    account: 'WATCH',
    publish: [],
    subscribe: [`status.*.${org}.>`, `status.{received,rejected,recalled,destroyed,kept,expired}.*.${org}.>`],
  },
];

const HUB: readonly Row[] = [
  {
    key: 'hub/provision/core.nk',
    account: 'CORE',
    publish: [
      '$JS.API.STREAM.CREATE.{LEDGER,QUARANTINE,CHECKPOINT}',
      ...ORGS.map((org) => `$JS.API.STREAM.CREATE.PARKED_${org}`),
      '$JS.API.STREAM.DELETE.PARKED',
      ...ORGS.map((org) => `$JS.API.STREAM.DELETE.PARKED_${org}`),
      '$JS.API.STREAM.{INFO,UPDATE}.LEDGER',
      '$JS.API.CONSUMER.CREATE.LEDGER.{auditor,router-1}',
      ...ORGS.map((org) => `$JS.API.CONSUMER.{CREATE,DELETE}.PARKED_${org}.router`),
    ],
    subscribe: ['_INBOX_prov.>'],
  },
  {
    key: 'hub/router/core.nk',
    account: 'CORE',
    publish: [
      'ledger.*',
      'quarantine.*',
      ...ORGS.flatMap((org) => [
        `parked.${org}.*.*`,
        `$JS.API.CONSUMER.{INFO,MSG.NEXT}.PARKED_${org}.router`,
        `$JS.ACK.PARKED_${org}.router.>`,
        `$JS.API.STREAM.MSG.DELETE.PARKED_${org}`,
      ]),
      '$JS.API.CONSUMER.{INFO,MSG.NEXT}.LEDGER.router-1',
      '$JS.ACK.LEDGER.router-1.>',
      '$JS.API.DIRECT.GET.LEDGER',
      '$JS.API.DIRECT.GET.LEDGER.ledger.*',
      '$JS.API.DIRECT.GET.CHECKPOINT.checkpoint',
      '$JS.API.DIRECT.GET.QUARANTINE',
      '$JS.API.STREAM.MSG.DELETE.QUARANTINE',
    ],
    subscribe: ['_INBOX_router.>'],
  },
  {
    key: 'hub/auditor/core.nk',
    account: 'CORE',
    publish: [
      'checkpoint',
      '$JS.API.CONSUMER.{INFO,MSG.NEXT}.LEDGER.auditor',
      '$JS.ACK.LEDGER.auditor.>',
      '$JS.API.DIRECT.GET.LEDGER',
      '$JS.API.DIRECT.GET.CHECKPOINT.checkpoint',
    ],
    subscribe: ['_INBOX_auditor.>'],
  },
  { key: 'hub/router/watch.nk', account: 'WATCH', publish: ['status.>'], subscribe: ['_INBOX_router.>'] },
  { key: 'hub/console/watch.nk', account: 'WATCH', publish: [], subscribe: ['status.>', '_INBOX_console.>'] },
  { key: 'hub/tail.nk', account: 'WATCH', publish: [], subscribe: ['status.>'] },
  {
    key: 'hub/provision/command.nk',
    account: 'COMMAND',
    publish: ['$JS.API.STREAM.CREATE.COMMAND', '$JS.API.CONSUMER.{CREATE,DELETE}.COMMAND.router'],
    subscribe: ['_INBOX_prov.>'],
  },
  {
    key: 'hub/router/command.nk',
    account: 'COMMAND',
    publish: ['$JS.API.CONSUMER.{INFO,MSG.NEXT}.COMMAND.router', '$JS.ACK.COMMAND.router.>'],
    subscribe: ['_INBOX_router.>'],
  },
  {
    key: 'hub/operator/command.nk',
    account: 'COMMAND',
    publish: ['command.*'],
    subscribe: ['_INBOX_operator.>'],
  },
  {
    key: 'hub/console/command.nk',
    account: 'COMMAND',
    publish: ['command.*'],
    subscribe: ['_INBOX_console.>'],
  },
];

const TABLE = [...ORGS.flatMap(perOrganisation), ...HUB];

function spelledOut(subject: string): readonly string[] {
  const [all, choices] = /\{([^}]*)\}/.exec(subject) ?? [];
  if (all === undefined || choices === undefined) return [subject];
  return choices.split(',').flatMap((choice) => spelledOut(subject.replace(all, choice)));
}

const sorted = (subjects: readonly string[]): readonly string[] => subjects.flatMap(spelledOut).toSorted();

const home = homeAt(mkdtempSync(join(tmpdir(), 'liaison-')));
let configuration: ReturnType<typeof readConfiguration>;
beforeAll(async () => {
  await initDemo(home);
  configuration = readConfiguration(home.nats('nats.conf'));
});
afterAll(() => rmSync(home.root, { recursive: true }));

function userOf(row: Row): ConfiguredUser | undefined {
  const nkey = publicNkey(readFileSync(join(home.root, row.key), 'utf8'));
  return configuration.users.find((user) => user.nkey === nkey);
}

describe('isolation: the generated nats.conf', () => {
  test('has exactly the users of the table, each key once', () => {
    const keys = configuration.users.map(({ nkey }) => nkey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.toSorted()).toEqual(TABLE.map((row) => userOf(row)?.nkey ?? 'missing').toSorted());
    expect(keys).toHaveLength(7 * 4 + 10);
  });

  test('has exactly these accounts: one for each organisation, CORE, WATCH, COMMAND, and SYS without users', () => {
    expect(configuration.accounts.toSorted()).toEqual(
      [...ORGS, 'CORE', 'WATCH', 'COMMAND', 'SYS'].toSorted(),
    );
    expect(configuration.users.filter(({ account }) => account === 'SYS')).toEqual([]);
    expect(configuration.text).toContain('system_account: "SYS"');
  });

  test.each(TABLE)('lets $key in $account do what the table says, and nothing else', (row) => {
    const user = userOf(row);
    expect(user?.account).toBe(row.account);
    const publish = row.publish.length === 0 ? { deny: ['>'] } : { allow: sorted(row.publish) };
    const lists = (given: ConfiguredUser['publish'] = {}): unknown =>
      Object.fromEntries(Object.entries(given).map(([list, subjects]) => [list, sorted(subjects)]));
    expect(lists(user?.publish)).toEqual(publish);
    expect(lists(user?.subscribe)).toEqual({ allow: sorted(row.subscribe) });
  });

  test('allows no user everything, all reply inboxes, the system or the whole JetStream interface', () => {
    const allowed = configuration.users.flatMap(({ publish, subscribe }) => [
      ...(publish.allow ?? []),
      ...(subscribe.allow ?? []),
    ]);
    const wide =
      /^(>|\*|_INBOX\b.*|\$SYS\b.*|\$JS\.>|\$JS\.API\.>|\$JS\.ACK\.>|\$JS\.API\.(STREAM|CONSUMER)\.>)/;
    expect(allowed.filter((subject) => wide.test(subject) && !subject.startsWith('_INBOX_'))).toEqual([]);
    expect(allowed.length).toBeGreaterThan(100);
  });

  test('has no exports, imports, responses, default user, websocket, MQTT or leaf nodes', () => {
    const known = (
      'server_name listen http max_payload ping_interval write_deadline lame_duck_duration lame_duck_grace_period ' +
      'jetstream store_dir max_memory_store max_file_store sync_interval cipher key system_account accounts ' +
      'max_mem max_file max_streams max_consumers limits max_connections max_subscriptions ' +
      'users nkey permissions publish subscribe allow deny authorization timeout'
    ).split(' ');
    const settings = [...configuration.settings].filter((word) => !configuration.accounts.includes(word));
    expect(settings.filter((word) => !known.includes(word))).toEqual([]);
  });

  test('syncs always inside `jetstream`, encrypts with the key of the environment, monitors on loopback', () => {
    const block = /jetstream \{([^}]*)\}/.exec(configuration.text)?.[1] ?? '';
    for (const line of [
      'sync_interval: always',
      'cipher: chachapoly',
      'key: $LIAISON_JS_KEY',
      'max_memory_store: 0',
    ]) {
      expect(block).toContain(line);
    }
    expect(configuration.text).toMatch(/^http: "127\.0\.0\.1:\d+"$/m);
    expect(configuration.text).toMatch(/^listen: "127\.0\.0\.1:\d+"$/m);
    const key = readFileSync(home.nats('js.key'), 'utf8').trim();
    expect(configuration.text).not.toContain(key);
  });

  test('limits the disk of every account with streams, and allows no memory streams', () => {
    const budgets = [
      ...configuration.text.matchAll(/jetstream: \{ max_mem: 0, max_file: (\d+), max_streams: (\d+)/g),
    ];
    expect(budgets).toHaveLength(ORGS.length + 2);
    for (const [, file, streams] of budgets) {
      expect(Number(file)).toBeGreaterThan(0);
      expect(Number(streams)).toBeGreaterThan(0);
    }
  });
});
