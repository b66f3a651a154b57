import { readFileSync } from 'node:fs';
import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EVENTS, OUTCOMES } from '../../services/shared/wire/status-words.js';
import { type Account, accountsOf, type User } from '../../services/shared/bus/accounts.js';
import { type AccountKind, streamsOf } from '../../services/shared/bus/streams.js';
import { parseFrameId, parseOrgId } from '../../services/shared/kernel/ids.js';
import { COMMAND_VERBS, parseSubject, subjects } from '../../services/shared/wire/subjects.js';
import { type Channel, fill, named, page, parametersOf, type Parameter } from './asyncapi.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const channels = Object.entries(page.channels);
const [europol, afripol] = [parseOrgId('europol'), parseOrgId('afripol')];
const frame = parseFrameId('ab'.repeat(32));
const about = { originator: europol, recipient: afripol, kind: 'red' };

/** Every builder of the one module that joins subjects, called with the examples of the page. */
const BUILT: Readonly<Record<keyof typeof subjects, readonly string[]>> = {
  out: (['submission', 'receipt', 'query'] as const).map((of) => subjects.out(of, frame)),
  delivery: [subjects.delivery(europol, frame)],
  receipt: [subjects.receipt(afripol, frame)],
  report: [subjects.report(frame)],
  answer: [subjects.answer(frame)],
  directory: [subjects.directory()],
  checkpointIn: [subjects.checkpointIn()],
  checkpoint: [subjects.checkpoint()],
  ledger: [subjects.ledger(europol)],
  parked: [subjects.parked(afripol, europol, frame)],
  quarantine: [subjects.quarantine(europol)],
  command: [subjects.command('dry-run')],
  status: [subjects.status('submitted', about)],
};

const exampleOf = (_: string, { enum: words, examples }: Parameter): string =>
  words?.[0] ?? examples?.[0] ?? '';

/** The heartbeat's own subject is read by nobody from a stream of many: the grammar leaves it out. */
const parsed = channels.filter(([name]) => name !== 'checkpoint');

describe('docs/asyncapi.yaml', () => {
  test('is an AsyncAPI 3.0 document', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    formats.default(ajv);
    const validate = ajv.compile(specs.schemasWithoutId['3.0.0'] as Readonly<Record<string, unknown>>);
    validate(page);
    expect(validate.errors ?? []).toEqual([]);
    validate({ ...page, channels: { broken: { adress: 'x' } } });
    expect(validate.errors ?? []).not.toEqual([]);
  });

  test('has a channel for each subject that the code builds, and no other', () => {
    expect(Object.keys(BUILT).toSorted()).toEqual(Object.keys(subjects).toSorted());
    const addresses = channels.map(([, channel]) => fill(channel, exampleOf));
    expect(addresses.toSorted()).toEqual(Object.values(BUILT).flat().toSorted());
  });

  test('says the patterns of the tokens exactly: what fits is parsed, what does not is nobody’s', () => {
    const anyValue = ({ enum: words, 'x-pattern': pattern = '' }: Parameter) =>
      words === undefined ? fc.stringMatching(new RegExp(pattern)) : fc.constantFrom(...words);
    for (const [, channel] of parsed) {
      const parameters = parametersOf(channel);
      const values = fc.tuple(...parameters.map(([, parameter]) => anyValue(parameter)));
      fc.assert(
        fc.property(values, fc.string(), (fitting, other) => {
          const by = new Map(parameters.map(([name], at) => [name, fitting[at] ?? '']));
          expect(parseSubject(fill(channel, (name) => by.get(name) ?? ''))).toBeDefined();
          for (const [odd, { enum: words, 'x-pattern': pattern }] of parameters) {
            // An event of another version is still an event: its words are a vocabulary, not a grammar.
            const isOpen = channel === page.channels['status'] && words !== undefined;
            if (isOpen || words?.includes(other) || (pattern && new RegExp(pattern).test(other))) continue;
            const subject = fill(channel, (name) => (name === odd ? other : (by.get(name) ?? '')));
            expect(parseSubject(subject)).toBeUndefined();
          }
        }),
      );
    }
  });

  test('lists the verbs, events and outcomes of the code', () => {
    const { parameters, schemas } = page.components;
    expect(parameters['verb']?.enum).toEqual(COMMAND_VERBS);
    expect(parameters['event']?.enum).toEqual(EVENTS);
    expect(schemas['statusEvent']).toMatchObject({
      properties: { data: { properties: { outcome: { enum: OUTCOMES } } } },
    });
  });

  test('names for each channel the message that proto/README.md names, and only messages of proto/', () => {
    const rows = [...read('proto/README.md').matchAll(/^\| `([^`]+)` +\|[^|]+\| (?:`(\w+)`)? /gm)];
    const messages = rows.flatMap(([, subject = '', message]) =>
      message === undefined ? [] : [`${subject.replaceAll(/<(\w+)>/g, '{$1}')} ${message}`],
    );
    const described = channels.flatMap(([, { address, messages: carried }]) =>
      Object.values(carried).flatMap((reference) => {
        const { name, 'x-protobuf-message': type } = page.components.messages[named(reference)] ?? {};
        return type === undefined ? [] : [`${address} ${name}`];
      }),
    );
    expect(described.toSorted()).toEqual(messages.toSorted());
    const declared = [...read('proto/liaison/v1/frames.proto').matchAll(/^message (\w+)/gm)];
    const types = declared.map(([, name]) => `liaison.v1.${name}`);
    for (const { 'x-protobuf-message': type, name } of Object.values(page.components.messages)) {
      if (type !== undefined) expect(types).toContain(type);
      if (type !== undefined) expect(type).toBe(`liaison.v1.${name}`);
    }
  });
});

const SERVERS: Readonly<Record<string, string>> = {
  europol: 'organisation',
  CORE: 'core',
  WATCH: 'watch',
  COMMAND: 'command',
};
const KINDS: Readonly<Record<string, AccountKind>> = {
  europol: 'organisation',
  CORE: 'core',
  COMMAND: 'command',
};

const inAccount = (account: string): readonly Channel[] =>
  Object.values(page.channels).filter(({ servers }) =>
    servers.some((one) => named(one) === SERVERS[account]),
  );

/** Whether a NATS pattern can match a subject of the channel. */
function meets(pattern: string, { address }: Channel): boolean {
  const [wanted, there] = [pattern.split('.'), address.split('.')];
  const open = wanted.at(-1) === '>';
  if (open ? there.length < wanted.length : there.length !== wanted.length) return false;
  return wanted.every(
    (token, at) => /^[*>]$/.test(token) || there[at]?.startsWith('{') || token === there[at],
  );
}

/** What a stream holds that this user may read from. */
function readable(account: Account, { publish }: User): readonly string[] {
  const kind = KINDS[account.name];
  if (kind === undefined) return [];
  const streams = streamsOf(kind, { orgs: [europol], routers: 1, replicas: 1 });
  return streams
    .filter(({ config: { name } }) =>
      publish.some((subject) =>
        new RegExp(`\\.(?:MSG\\.NEXT|DIRECT\\.GET)\\.${name}(?:\\.|$)`).test(subject),
      ),
    )
    .flatMap(({ config }) => config.subjects ?? []);
}

describe('the operations', () => {
  test('are what the broker lets each role do, neither more nor less', () => {
    const allowed = accountsOf([europol]).flatMap((account) =>
      account.users.flatMap((user) => {
        const heard = [
          ...user.subscribe.filter((subject) => !subject.startsWith('_INBOX')),
          ...readable(account, user),
        ];
        return inAccount(account.name).flatMap((channel) => [
          ...(user.publish.some((pattern) => meets(pattern, channel))
            ? [`${user.role} send ${channel.address}`]
            : []),
          ...(heard.some((pattern) => meets(pattern, channel))
            ? [`${user.role} receive ${channel.address}`]
            : []),
        ]);
      }),
    );
    const described = Object.values(page.operations).flatMap(({ action, channel, tags }) =>
      tags.map(({ name }) => `${name} ${action} ${page.channels[named(channel)]?.address}`),
    );
    expect(described.toSorted()).toEqual([...new Set(allowed)].toSorted());
  });
});
