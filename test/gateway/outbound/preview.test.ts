import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Claims } from '../../../services/shared/trust/jws.js';
import { type Broker, startBroker } from '../../support/broker.js';
import { until } from '../../support/until.js';
import { type Hub, playHub } from '../play-hub.js';
import { example, startGateway, type Started } from '../start-gateway.js';

let broker: Broker;
let hub: Hub;
let gateway: Started;
let asked: Claims[] = [];

beforeAll(async () => {
  broker = await startBroker({ orgs: ['europol', 'afripol'] });
  gateway = await startGateway(broker, 'europol', { settings: { previewMs: 60_000 } });
  hub = await playHub(broker, gateway.identity.directory.current());
  await hub.serve('europol');
});

beforeEach(() => {
  asked = [];
  hub.answer = answering(undefined);
});

afterAll(async () => {
  await Promise.all([gateway?.stop(), hub?.stop()]);
  await broker?.close();
});

const preview = (body: unknown) => gateway.call('POST', '/v1/preview', { body });
/** Answers previews, and no other question of the gateway. */
const answering = (answer: Claims | undefined) => (query: Claims) => {
  if (query['type'] !== 'preview') return undefined;
  asked.push(query);
  return answer;
};

describe('gateway preview: a preview', () => {
  test('gives the answer of the hub; only the names of sections leave the gateway', async () => {
    const recipients = [{ org: 'afripol', outcome: 'denied', layer: 'export', rule: 'eur-export-01' }];
    hub.answer = answering({ type: 'preview', recipients });
    const draft = example('red');
    const { status, body } = await preview(draft);
    expect([status, body]).toEqual([200, { header: draft.header, recipients }]);
    expect(asked[0]?.['sections']).toEqual(Object.keys(draft.sections));
    const sent = JSON.stringify(asked);
    for (const section of Object.values(draft.sections)) expect(sent).not.toContain(JSON.stringify(section));
  });

  test('asked twice at once is answered twice', async () => {
    hub.answer = answering({ type: 'preview', recipients: [] });
    const both = await Promise.all([preview(example('red')), preview(example('red'))]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('of a broken draft is refused with its place, and no query is sent', async () => {
    const { header, sections } = example('red');
    const { status, body } = await preview({ header: { ...header, minor: 'no' }, sections });
    expect([status, body['code']]).toEqual([422, 'schema-invalid']);
    expect(asked).toEqual([]);
  });

  test('of a draft with several faults is refused with all of them, as its submission is, and no query is sent', async () => {
    const { header, sections } = example('red');
    const { narrative: _, ...rest } = sections;
    const body = { header: { ...header, minor: 'no', excluded: ['afripoll'], colour: 1 }, sections: rest };
    const answers = [await preview(body), await gateway.call('POST', '/v1/notices', { body })];
    for (const { status, body: problem } of answers) {
      expect([status, problem['code'], problem['errors']]).toEqual([
        422,
        'schema-invalid',
        [
          { path: '/header/colour', message: expect.stringMatching(/^unknown name; known are /) as string },
          { path: '/header/minor', message: 'must be boolean' },
          { path: '/sections/narrative', message: 'missing' },
          { path: '/header/excluded/0', message: 'no member, did you mean `afripol`' },
        ],
      ]);
      expect(problem['detail']).toMatch(/^`\/header\/colour`: unknown name; .*; and 3 more$/);
    }
    expect(asked).toEqual([]);
  });

  test('of a draft that is too long once it is signed is refused as its submission is, and no query is sent', async () => {
    const { header, sections } = example('red');
    const threat = { ...Object(sections['threat']), description: 'y'.repeat(80_000) };
    const long = { header, sections: { ...sections, narrative: { text: 'x'.repeat(131_072) }, threat } };
    const [shown, submitted] = [
      await preview(long),
      await gateway.call('POST', '/v1/notices', { body: long }),
    ];
    expect([shown.status, shown.body]).toEqual([413, submitted.body]);
    expect(asked).toEqual([]);
  });

  test.each([
    {
      header: { excluded: ['afripoll'] },
      fault: 'no member, did you mean `afripol`',
      path: '/header/excluded/0',
    },
    { header: { addressees: ['afripol', 'nobody'] }, fault: 'no member', path: '/header/addressees/1' },
    {
      header: { addressees: ['afripol'], excluded: ['afripol'] },
      fault: 'among the excluded as well',
      path: '/header/addressees/0',
    },
  ])(
    'of a draft with $header is refused as its submission is, and no query is sent',
    async ({ header, fault, path }) => {
      const { header: all, sections } = example('red');
      const body = { header: { ...all, ...header }, sections };
      for (const place of ['/v1/preview', '/v1/notices']) {
        const answer = await gateway.call('POST', place, { body });
        expect([answer.status, answer.body['code']]).toEqual([422, 'organisation-unknown']);
        expect(answer.body['errors']).toEqual([{ path, message: fault }]);
      }
      expect(asked).toEqual([]);
    },
  );

  test.each([
    { code: 'rate-limited', status: 429, known: 'rate-limited', says: 'too many queries' },
    { code: 'a-code-of-the-future', status: 500, known: 'internal', says: 'refused' },
  ])('that the hub refuses with $code is answered $status', async ({ code, status, known, says }) => {
    hub.answer = answering({ type: 'error', code });
    const answer = await preview(example('red'));
    expect([answer.status, answer.body['code']]).toEqual([status, known]);
    expect(answer.body['detail']).toContain(says);
    expect(answer.headers.get('retry-after')).toBe(status === 429 ? '1' : null);
  });

  test('without an answer times out', async () => {
    const hasty = await startGateway(broker, 'afripol', { settings: { previewMs: 100 } });
    // No hub takes the questions of this organisation.
    await until('it is connected', () => !hasty.gateway.reasons().includes('unreachable'));
    const answer = await hasty.call('POST', '/v1/preview', { body: example('red') });
    expect([answer.status, answer.body['code']]).toEqual([504, 'timed-out']);
    await hasty.stop();
  });

  test('without a broker is unreachable', async () => {
    const away = await startGateway(broker, 'afripol', { offline: true });
    const answer = await away.call('POST', '/v1/preview', { body: example('red') });
    expect([answer.status, answer.body['code']]).toEqual([503, 'unreachable']);
    await away.stop();
  });
});
