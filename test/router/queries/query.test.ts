import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seconds } from '../../../services/shared/kernel/clock.js';
import { signJws } from '../../../services/shared/trust/jws.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { rule, OPEN, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';
import { PREVIEW } from './questions.js';

const { header: HEADER } = PREVIEW;
const NO_BIOMETRICS = rule(
  'eur-export-no-biometrics',
  'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"biometrics" };',
);

describe('router: a query', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub({ orgs: ['europol', 'interpol', 'afripol', 'ameripol'] });
    await hub.policy('europol/export.cedar', OPEN('europol-export') + NO_BIOMETRICS);
    router = await hub.start();
    await hub.open(router);
    europol = await hub.gateway('europol');
    await europol.listen();
  });
  afterAll(() => hub.close());

  test('for a preview gets, for every recipient, the sections it would get and the deciding rules', async () => {
    const { type, recipients } = await europol.ask(PREVIEW);
    expect(type).toBe('preview');
    expect(recipients).toMatchObject([
      {
        org: 'interpol',
        outcome: 'redacted',
        sections: {
          biometrics: { effect: 'withhold', layer: 'export', rule: 'eur-export-no-biometrics' },
          identity: { effect: 'disclose', layer: 'export', rule: 'europol-export-open' },
        },
      },
      { org: 'afripol', outcome: 'denied', because: 'excluded' },
      { org: 'ameripol', outcome: 'denied', because: 'not-addressed' },
    ]);
  });

  test('with an unknown section, another originator or an invalid header gets a code', async () => {
    const codeOf = async (asked: object): Promise<unknown> =>
      (await europol.ask({ ...PREVIEW, ...asked }))['code'];
    expect(await codeOf({ sections: ['identity', 'secrets'] })).toBe('schema-invalid');
    expect(await codeOf({ header: { ...HEADER, originator: 'interpol' } })).toBe('issuer-mismatch');
    expect(await codeOf({ header: { ...HEADER, kind: 'mauve' } })).toBe('schema-invalid');
    expect(await codeOf({ type: 'gossip' })).toBe('usage');
  });

  test('for the status of an unrecorded notice says so, and tells nothing about notices of others', async () => {
    const jti = `${HEADER.id}.1`;
    expect(await europol.ask({ type: 'status', jtis: [jti] })).toEqual({
      type: 'status',
      notices: [{ jti, recorded: false, recipients: {} }],
    });
  });

  test('leaves nothing on the ledger beside the record of the directory', async () => {
    const records = () => hub.broker.count('CORE', 'LEDGER');
    await until('the record of the directory', async () => ((await records()) ?? 0) > 0);
    expect(await records()).toBe(1);
  });

  test('older than 30 s is dropped without an answer', async () => {
    const before = europol.answers();
    const old = new Date(hub.clock().getTime() - 31_000);
    void europol.ask({ type: 'status', jtis: [] }, old).catch(() => undefined);
    await europol.ask({ type: 'status', jtis: [`${HEADER.id}.2`] });
    expect(europol.answers()).toBe(before + 1);
  });

  test('above the rate gets `rate-limited`', async () => {
    hub.clock.freeze(true);
    const jtis = (index: number) => [`${HEADER.id}.${index + 10}`];
    const asked = Array.from({ length: 120 }, (_, index) =>
      europol.ask({ type: 'status', jtis: jtis(index) }),
    );
    const codes = (await Promise.all(asked)).map(({ code }) => code);
    expect(codes).toContain('rate-limited');
    expect(codes.filter((code) => code === 'rate-limited').length).toBeGreaterThanOrEqual(20);
    // The bucket of previews is not affected.
    expect((await europol.ask({ type: 'no-such-question' }))['code']).not.toBe('rate-limited');
    hub.clock.freeze(false);
  });

  test('in a flood is answered up to a rate, and frames behind it are not delayed', async () => {
    hub.clock.freeze(true);
    const before = europol.answers();
    const claims = { iss: 'europol', iat: seconds(hub.clock()), aud: hub.directory().federation };
    for (let count = 0; count < 600; count += 1) {
      const query = { type: 'status', jtis: [`${HEADER.id}.${count + 1_000}`] };
      const jws = await signJws('query+jws', { ...claims, query }, europol.notice);
      await europol.publish('query', frames.query.encode({ query: jws }));
    }
    const behind = await europol.frame([await europol.issue()]);
    await europol.send(behind);
    expect((await europol.reportOn(behind)).notices).toHaveLength(1);
    expect(europol.answers() - before).toBeLessThanOrEqual(250);
    hub.clock.freeze(false);
  });
});
