import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everAllowed } from '../../../services/router/ledger/ever-allowed.js';
import { applyReport, recordedIn, type ReportFacts } from '../../../services/router/ledger/projection.js';
import { jtiOf, parseFrameId, parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { DecisionPart, NoticePart } from '../../../services/shared/ledger/record-parts.js';
import { openRouterStore, type RouterStore } from '../../../services/shared/store/router/router-store.js';
import { digest } from '../../../services/shared/trust/digest.js';

const EUROPOL = parseOrgId('europol');
const JTI = jtiOf(parseNoticeId('01890a5d-ac96-774b-bcce-b302099a8057'), 1);
const NOTICE = {
  type: 'notice',
  jti: JTI,
  digest: digest('a notice'),
  number: 1,
  exp: 4_000_000_000,
  attributes: { kind: 'red' },
  sections: ['biometrics', 'identity'],
} as unknown as NoticePart;

function decision(to: string, sections: DecisionPart['sections']): DecisionPart {
  const all = ['biometrics', 'identity'] as const;
  const withheld = sections.length === 0 ? [] : all.filter((name) => !sections.includes(name));
  const outcome = sections.length === 0 ? 'denied' : withheld.length === 0 ? 'delivered' : 'redacted';
  const rest = { advertised: [], obligations: [], rules: [] };
  return { type: 'decision', jti: JTI, to: parseOrgId(to), outcome, sections, withheld, ...rest };
}

const OTHER_FRAME = parseFrameId('b'.repeat(64));
const WHOLE = ['biometrics', 'identity'] as const;
const ROUTING = ['a', 'b', 'c'].map((to) => decision(to, WHOLE));

function report(reason: 'routing' | 'narrowing', decisions: readonly DecisionPart[]): ReportFacts {
  return {
    digest: digest(JSON.stringify([reason, decisions])),
    org: EUROPOL,
    frame: parseFrameId('a'.repeat(64)),
    issuedAt: new Date(0),
    reason,
    submission: null,
    notices: [NOTICE],
    decisions,
    denials: [],
    refusals: [],
    actions: [],
    acts: [],
    unacts: [],
    asks: [],
    keyRequests: [],
    releases: [],
    beside: {},
  };
}

describe('router projection: a narrowing holds in any reading order of the ledger', () => {
  let folder: string;
  let store: RouterStore;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'liaison-projection-'));
    store = openRouterStore(join(folder, 'router.db'));
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const apply = (facts: ReportFacts, seq: number, epoch = 'x') =>
    store.commit(() =>
      applyReport(store, facts, { place: { epoch, seq }, isHere: true, bytes: null, kept: false }),
    );
  const outcomes = (): readonly string[] => {
    const known = store.notices.byJti(EUROPOL, JTI);
    return known === undefined
      ? []
      : recordedIn(known).decisions.map(({ to, outcome }) => `${to} ${outcome}`);
  };
  const noB = report('narrowing', [decision('b', [])]);
  const noC = report('narrowing', [decision('c', [])]);

  test('with two narrowings, the later one first', async () => {
    await apply(report('routing', ROUTING), 8);
    await apply(noC, 10);
    await apply(noB, 9);
    expect(outcomes()).toEqual(['a delivered', 'b denied', 'c denied']);
  });

  test('when it is read before the routing report that it narrows', async () => {
    await apply(noB, 9);
    expect(outcomes()).toEqual([]);
    await apply(report('routing', ROUTING), 8);
    expect(outcomes()).toEqual(['a delivered', 'b denied', 'c delivered']);
  });

  test('with a later narrowing read first, which the earlier one does not widen', async () => {
    await apply(report('routing', ROUTING), 8);
    await apply(noB, 10);
    await apply(report('narrowing', [decision('b', ['identity'])]), 9);
    expect(outcomes()).toEqual(['a delivered', 'b denied', 'c delivered']);
  });

  test('with a routing report of another epoch, which does not widen it', async () => {
    await apply(report('routing', ROUTING), 8);
    await apply(noB, 9);
    await apply(report('routing', [decision('a', ['identity']), ...ROUTING.slice(1)]), 1, 'y');
    expect(outcomes()).toEqual(['a redacted', 'b denied', 'c delivered']);
  });

  test('for exactly the bytes that it names', async () => {
    const other = { ...NOTICE, digest: digest('another notice') };
    await apply({ ...noB, notices: [other] }, 9);
    await apply(report('routing', ROUTING), 10);
    expect(outcomes()).toEqual(['a delivered', 'b delivered', 'c delivered']);
  });

  test.each([
    ['in the order of the ledger', [8, 9]],
    ['in the other order', [9, 8]],
  ])(
    'a recipient that only one of two routing reports on a notice denies still counts as once allowed, read %s',
    async (_, order) => {
      const reports = new Map([
        [8, report('routing', ROUTING)],
        [9, { ...report('routing', [...ROUTING.slice(0, 2), decision('c', [])]), frame: OTHER_FRAME }],
      ]);
      for (const seq of order) await apply(reports.get(seq)!, seq);
      expect(outcomes()).toEqual(['a delivered', 'b delivered', 'c denied']);
      expect([...everAllowed(store, store.notices.byJti(EUROPOL, JTI)!)].toSorted()).toEqual(['a', 'b', 'c']);
    },
  );

  test('a record read beyond a gap does not move the position to write after', async () => {
    const recordPosition = { place: { epoch: 'x', seq: 10 }, isHere: true, bytes: null, kept: false };
    await store.commit(() => applyReport(store, noC, { ...recordPosition, isAhead: true }));
    expect(store.ledger.lastSeq(EUROPOL)).toBe(0);
  });
});

test('router projection: a report that only asks for a section, or only keeps an action from a holder, is remembered with its frame', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-projection-'));
  const store = openRouterStore(join(folder, 'router.db'));
  const to = parseOrgId('interpol');
  const about = { to, digest: digest('a request'), id: NOTICE.jti.slice(0, 36), section: 'identity' };
  const empty = { ...report('routing', []), notices: [] };
  const reports = [
    { ...empty, digest: digest('asks'), asks: [{ type: 'ask', ...about }] },
    { ...empty, digest: digest('unacts'), reason: 'narrowing', unacts: [{ type: 'unact', ...about }] },
  ] as unknown as readonly ReportFacts[];
  await store.commit(() => {
    for (const [seq, facts] of reports.entries())
      applyReport(store, facts, { place: { epoch: 'x', seq }, isHere: true, bytes: null, kept: true });
  });
  store.sweep(60 * 86_400, 100);
  expect(reports.map((facts) => store.ledger.has(facts.digest))).toEqual([true, true]);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('router projection: key requests and releases count against the quota of their organisation', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-projection-'));
  const store = openRouterStore(join(folder, 'router.db'));
  const facts = {
    ...report('routing', []),
    notices: [],
    keyRequests: [{ type: 'key-request', digest: digest('a request'), kid: 'europol:notice:2' }],
    releases: [{ type: 'release', digest: digest('a statement'), release: digest('a release'), version: 1 }],
  } as const;
  const place = { epoch: 'x', seq: 1 };
  await store.commit(() => applyReport(store, facts, { place, isHere: true, bytes: null, kept: false }));
  expect(store.quotas.sum(EUROPOL, 0, 60)).toBe(2);
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
