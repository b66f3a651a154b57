import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ShownAdoption } from '../../../services/shared/wire/shown-adoption.js';
import { until } from '../../support/until.js';
import { type PlayedRouter, playRouter } from '../played-router.js';
import { type RunningConsole, startConsole } from '../start-console.js';

let router: PlayedRouter;
let site: RunningConsole;
beforeAll(async () => {
  router = await playRouter();
  site = await startConsole({ routerUrls: [router.url] });
  site.changeCallers((callers) =>
    callers.map((caller) =>
      caller.name === 'afripol' ? caller : { ...caller, scopes: ['viewer', 'author'] },
    ),
  );
});
afterAll(async () => {
  await site.close();
  router.close();
});

const OWN = { place: 'europol/approvals.yaml', message: 'opens `judicial` for gccpol' };
const OTHERS = { place: 'interpol/import.cedar:9:1', message: 'unknown attribute' };
const AT = '2026-06-01T12:00:00.000Z';
const REFUSED: ShownAdoption = {
  adopted: 'ab'.repeat(32),
  since: AT,
  refused: { code: 'policy-refused', findings: [OTHERS, OWN] },
};

interface Answer {
  readonly adoption: ShownAdoption | null;
}

const adoptionOf = async (who: string): Promise<Answer['adoption']> =>
  (JSON.parse((await site.get('/v1/policies', who)).text) as Answer).adoption;

describe('policies that the routers refuse', () => {
  beforeEach(async () => {
    router.adopt(REFUSED);
    router.raise([
      { alarm: 'policies-not-used', code: 'policy-invalid', place: null, since: AT, last: AT, count: 1 },
    ]);
    // The console asks a router every two seconds at most.
    const isShown = async () => Boolean((await adoptionOf('federation'))?.refused);
    await until('the refusal', isShown);
  });

  test('the federation sees refused policies with the adopted digest and every finding', async () => {
    expect(await adoptionOf('federation')).toEqual(REFUSED);
  });

  test('an author of one organisation sees of refused policies no finding about others', async () => {
    const { text } = await site.get('/v1/policies', 'europol');
    expect(text).not.toContain('interpol');
    expect(await adoptionOf('europol')).toEqual({
      ...REFUSED,
      refused: { code: 'policy-refused', findings: [OWN] },
    });
  });

  test('refused policies are an alarm of the flow with its findings, for the federation alone', async () => {
    const alarmsOf = async (who: string) => JSON.parse((await site.get('/v1/flow', who)).text).alarms;
    expect(await alarmsOf('federation')).toMatchObject([
      { alarm: 'policies-not-used', findings: [OTHERS, OWN] },
    ]);
    expect(await alarmsOf('europol')).toEqual([]);
  });
});
