import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noticeSteps, type RecipeSteps } from '../../../services/router/frames/recipe.js';
import { publishLatest } from '../../../services/shared/bus/publish.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { startHub, type TestHub } from '../../support/hub.js';
import { until } from '../../support/until.js';
import { noDisclosures } from '../../support/no-disclosures.js';

let hub: TestHub;
beforeEach(async () => {
  hub = await startHub();
});
afterEach(() => hub.close());

/** Steps in which another router narrows a resent frame between this router's decision and its delivery. */
const overtaken = (narrowed: () => void): RecipeSteps => {
  let turn = 0;
  return {
    ...noticeSteps,
    record: async (of, decided) => {
      turn += 1;
      if (turn !== 2) return noticeSteps.record(of, decided);
      const { frame, snapshot, notices } = decided;
      const content = {
        reason: 'narrowing' as const,
        org: frame.org,
        frame: frame.id,
        directory: snapshot.directory.version,
        members: [...snapshot.directory.organisations.keys()],
        policies: {},
        submission: null,
        disclosedOf: noDisclosures,
        parts: notices.flatMap(({ part, decisions }) => [
          part,
          ...decisions
            .filter(({ to }) => to === 'interpol')
            .map((was) => ({
              ...was,
              outcome: 'denied' as const,
              sections: [],
              withheld: [],
              advertised: [],
            })),
        ]),
      };
      const { bytes } = await signReport(content, {
        signer: of.signer,
        federation: 'demo',
        now: snapshot.now,
      });
      await publishLatest(of.core, { subject: `ledger.${frame.org}`, bytes });
      narrowed();
      return noticeSteps.record(of, decided);
    },
  };
};

describe('router: a view of the ledger that lags', () => {
  test('delivers nothing by a decision that another router narrowed, even when this router records nothing', async () => {
    let isNarrowed = false;
    const router = await hub.start({
      steps: overtaken(() => {
        isNarrowed = true;
      }),
    });
    await hub.open(router);
    const [europol, interpol, afripol] = await Promise.all(
      ['europol', 'interpol', 'afripol'].map((org) => hub.gateway(org)),
    );
    if (!europol || !interpol || !afripol) throw new Error('no gateways');
    await Promise.all([europol, interpol, afripol].map((gateway) => gateway.listen()));
    const sent = await europol.frame([await europol.issue()]);
    await europol.send(sent);
    await until('the deliveries', () => interpol.held.length === 1 && afripol.held.length === 1);
    await until('the frame to be gone', async () => (await hub.broker.count('europol', 'OUT')) === 0);
    await europol.send(sent);
    await until('a delivery to the other', () => afripol.held.length === 2);
    await until('the frame to be gone', async () => (await hub.broker.count('europol', 'OUT')) === 0);
    await until('an empty inbox', async () => (await hub.broker.count('interpol', 'IN')) === 0);
    expect(isNarrowed).toBe(true);
    expect(interpol.held).toHaveLength(1);
  });
});
