import { expect, test } from 'vitest';
import { OPEN, rule, startHub, type TestHub } from '../../support/hub.js';
import { fillIn } from '../../support/hub-reads.js';
import type { PlayedGateway, Sent } from '../../support/played-gateway.js';
import { until } from '../../support/until.js';

const NO_BIOMETRICS = rule(
  'int-import-no-biometrics',
  'forbid (principal, action == Action::"disclose", resource) when { context.section == Section::"biometrics" };',
);

const tighten = (hub: TestHub): Promise<void> =>
  hub.policy('interpol/import.cedar', OPEN('interpol-import') + NO_BIOMETRICS);

/** A hub in which everything is open, and its two members: europol listens, interpol does not yet. */
async function start() {
  const hub = await startHub({ orgs: ['europol', 'interpol'] });
  await hub.open(await hub.start());
  await hub.policy('interpol/import.cedar', OPEN('interpol-import'));
  const [europol, interpol] = await Promise.all([hub.gateway('europol'), hub.gateway('interpol')]);
  await europol.listen();
  return { hub, europol, interpol, [Symbol.asyncDispose]: hub.close };
}

/** Sends two notices in one frame, and the second of them in another one. */
async function sendTwice(
  europol: PlayedGateway,
  between = async (): Promise<void> => {},
): Promise<readonly [Sent, Sent]> {
  const [one, other] = [await europol.issue(), await europol.issue()];
  const sent = [await europol.frame([one, other]), await europol.frame([other])] as const;
  await europol.send(sent[0]);
  await europol.reportOn(sent[0]);
  await between();
  await europol.send(sent[1]);
  await europol.reportOn(sent[1]);
  return sent;
}

const copiesOf = ({ held }: PlayedGateway, { id }: Sent) => held.filter(({ frame }) => frame === id);
const sectionsIn = (gateway: PlayedGateway, sent: Sent): readonly string[] =>
  copiesOf(gateway, sent).flatMap(({ notices }) => notices.flatMap(({ sections }) => Object.keys(sections)));
const narrowingOn = ({ reports }: PlayedGateway, { id }: Sent) =>
  reports.find(({ report }) => report.reason === 'narrowing' && report.frame === id);
const parked = (hub: TestHub) => hub.broker.count('CORE', 'PARKED_interpol');

test('router: a notice in two parked frames is narrowed in both by rules that became tighter', async () => {
  await using started = await start();
  const { hub, europol, interpol } = started;
  const free = await fillIn(hub, 'interpol');
  const sent = await sendTwice(europol);
  await until('both copies to be parked', async () => (await parked(hub)) === 2);
  await tighten(hub);
  await free();
  await interpol.listen();
  await until('both copies', () => sent.every((one) => copiesOf(interpol, one).length > 0));
  for (const one of sent) {
    expect(sectionsIn(interpol, one)).not.toContain('biometrics');
    const narrowing = await until('the narrowing', () => narrowingOn(europol, one));
    expect(narrowing.report.decisions[0]).toMatchObject({ to: 'interpol', outcome: 'redacted' });
  }
});

test('router: a parked copy leaves out what another frame of its notice has narrowed', async () => {
  await using started = await start();
  const { hub, europol, interpol } = started;
  const free = await fillIn(hub, 'interpol');
  const sent = await sendTwice(europol, () => tighten(hub));
  await until('both copies to be parked', async () => (await parked(hub)) === 2);
  await free();
  await interpol.listen();
  await until('both copies', () => sent.every((one) => copiesOf(interpol, one).length > 0));
  for (const one of sent) {
    expect(sectionsIn(interpol, one)).toContain('identity');
    expect(sectionsIn(interpol, one)).not.toContain('biometrics');
  }
});

test('router: a notice in two frames that are offered again is narrowed in both', async () => {
  await using started = await start();
  const { hub, europol, interpol } = started;
  await interpol.listen();
  const sent = await sendTwice(europol);
  await until('both copies', () => sent.every((one) => copiesOf(interpol, one).length === 1));
  for (const one of sent) expect(sectionsIn(interpol, one)).toContain('biometrics');
  await tighten(hub);
  for (const one of sent) {
    await europol.sendAgain(one);
    await until('another copy', () => copiesOf(interpol, one).length === 2);
    const [, again] = copiesOf(interpol, one);
    expect(again?.notices.flatMap(({ sections }) => Object.keys(sections))).not.toContain('biometrics');
  }
});
