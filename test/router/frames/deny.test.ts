import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OPEN, rule, startHub, type TestHub, type TestRouter } from '../../support/hub.js';
import type { PlayedGateway } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

describe('router: what cannot be decided is denied', () => {
  let hub: TestHub;
  let router: TestRouter;
  let europol: PlayedGateway;
  let interpol: PlayedGateway;
  beforeAll(async () => {
    hub = await startHub();
    router = await hub.start();
    await hub.open(router);
    [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
    await Promise.all([europol.listen(), interpol.listen()]);
  });
  afterAll(() => hub.close());

  const send = async (header: object = {}) => {
    const sent = await europol.frame([await europol.issue({ header })]);
    await europol.send(sent);
    return { sent, decisions: (await europol.reportOn(sent)).decisions };
  };
  const decided = async (header?: object) => (await send(header)).decisions;
  const outcomes = async (header?: object) =>
    (await decided(header))
      .map(({ to, outcome, because }) => `${to} ${outcome}${because ? ` ${because}` : ''}`)
      .toSorted();

  test('a forbid that errors denies, although Cedar would skip it', async () => {
    // The sum overflows at each evaluation.
    const erring = 'forbid (principal, action, resource) when { 9223372036854775807 + 1 > 0 };';
    await hub.policy('interpol/import.cedar', OPEN('interpol-import') + rule('int-import-erring', erring));
    expect(await outcomes()).toEqual(['afripol delivered', 'interpol denied']);
    expect(interpol.held).toEqual([]);
    await hub.policy('interpol/import.cedar', OPEN('interpol-import'));
  });

  test('an empty federation set never takes effect: the earlier set stays in force, and a new router waits', async () => {
    await hub.policy('federation/rules.cedar', '// nothing\n');
    expect(await outcomes()).toEqual(['afripol delivered', 'interpol delivered']);
    await hub.policy('federation/rules.cedar', OPEN('federation-rules'));
  });

  test('an export set that permits nothing denies every recipient, without naming a rule', async () => {
    const nothing = rule('eur-export-never', 'forbid (principal, action, resource) when { false };');
    await hub.policy('europol/export.cedar', nothing);
    const decisions = await decided();
    expect(decisions.map(({ to, outcome, rules }) => [to, outcome, rules])).toEqual([
      ['afripol', 'denied', []],
      ['interpol', 'denied', []],
    ]);
    await hub.policy('europol/export.cedar', OPEN('europol-export'));
  });

  test('addressees and exclusions are applied before any rule', async () => {
    expect(await outcomes({ addressees: ['interpol'] })).toEqual([
      'afripol denied not-addressed',
      'interpol delivered',
    ]);
    expect(await outcomes({ excluded: ['interpol'] })).toEqual([
      'afripol delivered',
      'interpol denied excluded',
    ]);
  });

  test('a recipient never gets the routing, nor a section that the report does not name for it', async () => {
    const only =
      'forbid (principal, action == Action::"disclose", resource) unless { context.section == Section::"identity" };';
    await hub.policy(
      'interpol/import.cedar',
      OPEN('interpol-import') + rule('int-import-only-identity', only),
    );
    const { sent, decisions } = await send();
    const [decision] = decisions;
    const copy = await until('a delivery', () => interpol.held.find(({ frame }) => frame === sent.id));
    const [notice] = copy.notices;
    expect(decision).toMatchObject({ to: 'interpol', outcome: 'redacted', sections: ['identity'] });
    expect([...(notice?.disclosures.keys() ?? [])]).toEqual(['identity']);
    expect(copy.parts[0]?.sections).toEqual(['identity']);
  });
});
