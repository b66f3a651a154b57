import { describe, expect, test } from 'vitest';
import { eachDenied } from '../../../../services/shared/ledger/denials.js';
import type { DecisionPart } from '../../../../services/shared/ledger/record-parts.js';
import type { Because } from '../../../../services/shared/notice/because.js';
import { KINDS } from '../../../../services/shared/notice/kinds.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { frames } from '../../../../services/shared/wire/frames.js';
import {
  type Decided,
  ecopol,
  europol,
  interpol,
  newId,
  START,
  type WrittenLedger,
  writeLedger,
} from './ledger-of-records.js';

/** Replaces the decision for one recipient, in the form that records have. */
const replaced =
  (to: string, change: (was: DecisionPart) => DecisionPart | undefined) =>
  ({ part, decisions, denials }: Decided): Decided => {
    const all = [...decisions, ...denials.flatMap(eachDenied)];
    const changed = all.flatMap((one) => (one.to === to ? (change(one) ?? []) : one));
    const denied = changed.filter(({ outcome }) => outcome === 'denied');
    return {
      part,
      decisions: changed.filter(({ outcome }) => outcome !== 'denied'),
      denials: denied.map(({ jti, to: org, rules, because }) => {
        return { type: 'denial', jti, to: [org], rules, ...(because === undefined ? {} : { because }) };
      }),
    };
  };

const NOTHING = { outcome: 'denied', sections: [], withheld: [], advertised: [], obligations: [] } as const;
const deny = (because?: Because) =>
  replaced(interpol, ({ type, jti, to }) => {
    return { type, jti, to, ...NOTHING, rules: [], ...(because === undefined ? {} : { because }) };
  });
const withhold = replaced(interpol, (was) => ({
  ...was,
  outcome: 'redacted',
  sections: was.sections.slice(1),
  withheld: [...was.withheld, ...was.sections.slice(0, 1)].toSorted(),
}));

/** Returns what a replay found to differ and could not check. */
async function foundIn(ledger: WrittenLedger) {
  const { summary } = await ledger.replay();
  return { 'decision-differs': summary['decision-differs'], unchecked: summary.unchecked };
}

describe('replay of honest records', () => {
  test('a ledger whose routers decided by the rules has no finding, for every kind and originator', async () => {
    const ledger = await writeLedger();
    let decided = 0;
    for (const kind of KINDS)
      for (const originator of ledger.facts.keys()) {
        await ledger.route(await ledger.decide({ kind, originator }));
        decided += ledger.facts.size - 1;
      }
    const { findings, summary } = await ledger.replay();
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({ reports: ledger.entries.length, incomplete: false });
    const { excluded = 0 } = summary.unchecked;
    expect(excluded).toBeGreaterThan(0);
    expect(summary.confirmed + excluded).toBe(decided);
  });

  test('what break-glass opened is decided again by the recorded reason, and differs without it', async () => {
    const ledger = await writeLedger();
    const bundle = ledger.emergency;
    const opened = await ledger.decide({ bundle, breakGlass: 'threat-to-life' });
    expect(opened.decisions.map(({ to }) => to)).toContain(interpol);
    await ledger.route(opened, undefined, { bundle });
    expect(await foundIn(ledger)).toMatchObject({ 'decision-differs': 0 });
    const unused = ({ part, ...decided }: Decided): Decided => {
      const { breakGlass: _, ...attributes } = part.attributes;
      return { ...decided, part: { ...part, attributes } };
    };
    await ledger.route(await ledger.decide({ bundle, breakGlass: 'escape' }), unused, { bundle });
    const { 'decision-differs': differs } = await foundIn(ledger);
    expect(differs).toBeGreaterThan(0);
  });

  test('denials that only the originator can judge are counted by their reason', async () => {
    const ledger = await writeLedger();
    await ledger.route(await ledger.decide({ addressees: [interpol] }));
    const { findings, summary } = await ledger.replay();
    expect(findings).toEqual([]);
    expect(summary.unchecked).toEqual({ 'not-addressed': ledger.facts.size - 2 });
  });
});

describe('a record whose router did not decide by the rules', () => {
  test.each([
    ['a denial that no rule gives', deny()],
    ['a section withheld that the rules disclose', withhold],
    [
      'a section disclosed that the rules withhold',
      replaced(interpol, (was) => ({
        ...was,
        sections: [...was.sections, ...was.withheld].toSorted(),
        withheld: [],
        advertised: [],
        outcome: 'delivered',
      })),
    ],
    ['a lost obligation', replaced(interpol, (was) => ({ ...was, obligations: ['another'] }))],
    [
      'deciding rules that did not decide',
      replaced(interpol, (was) => ({ ...was, rules: [{ layer: 'export', id: 'eur-export-00-none' }] })),
    ],
    ['a recipient that it leaves out', replaced(interpol, () => undefined)],
    ['a denial as not addressed, of a notice to all', deny('not-addressed')],
    ['a denial as suspended, of a member that is not', deny('suspended')],
    ['a denial for a revoked key, where none is revoked', deny('key-revoked')],
    ['a denial as ended, of a notice that lives', deny('ended')],
  ])('%s is `decision-differs`, with record, notice and recipient', async (_, tamper) => {
    const ledger = await writeLedger();
    await ledger.route(await ledger.decide());
    const decided = await ledger.decide({ kind: 'red' });
    await ledger.route(decided, tamper);
    await ledger.route(await ledger.decide());
    const { findings, summary } = await ledger.replay();
    expect(summary['decision-differs']).toBe(1);
    expect(findings).toMatchObject([
      {
        code: 'decision-differs',
        place: { epoch: 'e', sequence: 2 },
        jti: decided.part.jti,
        recipient: interpol,
        bundle: ledger.first,
        rules: { outcome: 'redacted' },
      },
    ]);
  });

  test('a denial as excluded is not checked without the originator’s lists, and differs with them', async () => {
    const ledger = await writeLedger();
    const decided = await ledger.decide();
    await ledger.route(decided, deny('excluded'));
    expect((await ledger.replay()).summary).toMatchObject({
      'decision-differs': 0,
      unchecked: { excluded: 1 },
    });
    const { attributes, sections } = decided.part;
    const own = { attributes, sections, excluded: [], kid: 'europol:notice:1' };
    const replayed = await ledger.replay({ ownContent: () => Promise.resolve(own) });
    expect(replayed.findings).toMatchObject([{ recipient: interpol, recorded: { because: 'excluded' } }]);
  });

  test('recorded attributes that are not those of the originator’s notice are decided as the notice says', async () => {
    const ledger = await writeLedger();
    const [decided, other] = [await ledger.decide({ kind: 'red' }), await ledger.decide({ kind: 'yellow' })];
    await ledger.route(decided);
    const { attributes, sections } = other.part;
    const own = { attributes, sections, excluded: [], kid: 'europol:notice:1' };
    const { summary } = await ledger.replay({ ownContent: () => Promise.resolve(own) });
    expect(summary['decision-differs']).toBeGreaterThan(0);
  });

  test('a delivery to a member that was suspended differs', async () => {
    const ledger = await writeLedger({ interpol: { suspendedAt: new Date(START - 60_000) } });
    await ledger.route(await ledger.decide());
    expect((await ledger.replay()).findings).toMatchObject([{ recipient: interpol }]);
  });
});

describe('a denial without rules', () => {
  test('is confirmed by the directory, for a suspended member and within the second of its suspension', async () => {
    for (const ms of [-60_000, 500]) {
      const ledger = await writeLedger({ interpol: { suspendedAt: new Date(START + ms) } });
      await ledger.route(await ledger.decide(), deny('suspended'));
      expect(await foundIn(ledger)).toEqual({ 'decision-differs': 0, unchecked: {} });
    }
  });

  test('for a revoked key is confirmed by the key of the own notice, and not checked without the notice', async () => {
    const ledger = await writeLedger();
    await ledger.key('europol:notice:1', new Date(START - 1));
    const decided = await ledger.decide();
    await ledger.route(decided, deny('key-revoked'));
    expect((await ledger.replay()).summary.unchecked).toEqual({ 'key-revoked': 1 });
    const { attributes, sections } = decided.part;
    const ownOf = (kid: string) => ({
      ownContent: async () => ({ attributes, sections, excluded: [], kid }),
    });
    expect((await ledger.replay(ownOf('europol:notice:1'))).findings).toEqual([]);
    expect((await ledger.replay(ownOf('europol:notice:2'))).findings).toHaveLength(1);
  });

  test('as ended is confirmed by a later revision, a recall or an expiry', async () => {
    const ledger = await writeLedger();
    const [revised, recalled] = [newId(), newId()];
    await ledger.route(await ledger.decide({ id: revised, number: START + 1 }));
    await ledger.command('cancel', { notice: recalled });
    await ledger.route(await ledger.decide({ id: revised }), deny('ended'));
    await ledger.route(await ledger.decide({ id: recalled }), deny('ended'));
    await ledger.route(await ledger.decide({ exp: START / 1000 }), deny('ended'));
    expect(await foundIn(ledger)).toEqual({ 'decision-differs': 0, unchecked: {} });
  });

  test('as ended is not checked where only the own records are at hand: a recall is not among them', async () => {
    const ledger = await writeLedger();
    await ledger.route(await ledger.decide(), deny('ended'));
    const { summary } = await ledger.replay({ isWhole: false });
    expect(summary).toMatchObject({ 'decision-differs': 0, unchecked: { ended: 1 }, incomplete: false });
  });
});

describe('what rests on an earlier record', () => {
  test('a notice that moved to another frame has the decision of the first, by policies that were replaced since', async () => {
    const ledger = await writeLedger();
    const decided = await ledger.decide();
    await ledger.route(decided);
    await ledger.route(decided, undefined, { bundle: ledger.second });
    await ledger.route(await ledger.decide({ bundle: ledger.second }), undefined, { bundle: ledger.second });
    const { findings, summary } = await ledger.replay();
    expect(findings).toEqual([]);
    expect(summary.reports).toBe(3);
  });

  test('the same decision without an earlier record differs, for each recipient', async () => {
    const ledger = await writeLedger();
    const decided = await ledger.decide();
    await ledger.route(decided, undefined, { bundle: ledger.second });
    const { findings } = await ledger.replay();
    for (const { to: recipient } of decided.decisions)
      expect(findings).toContainEqual(
        expect.objectContaining({
          recipient,
          rules: expect.objectContaining({ rules: [{ layer: 'export', id: 'eur-export-99-test' }] }),
        }),
      );
  });

  test('a decision by the present rules that gives more than an earlier record on the notice differs', async () => {
    const ledger = await writeLedger();
    const id = newId();
    const strict = await ledger.decide({ id, bundle: ledger.second });
    await ledger.route(strict, undefined, { bundle: ledger.second });
    await ledger.route(await ledger.decide({ id }));
    const { findings } = await ledger.replay();
    const differs = findings.filter(({ code }) => code === 'decision-differs');
    expect(differs.length).toBeGreaterThan(0);
    for (const one of differs)
      expect(one).toMatchObject({ place: { sequence: 2 }, rules: { outcome: 'denied' } });
  });

  test('a narrowing to what the present rules leave is confirmed, and one that takes more differs', async () => {
    const ledger = await writeLedger();
    const [one, other] = [await ledger.decide(), await ledger.decide()];
    await ledger.route(one);
    await ledger.route(other);
    const rules = [{ layer: 'export', id: 'eur-export-99-test' }] as const;
    const was = one.decisions.find(({ to }) => to === interpol);
    if (was === undefined) throw new Error('the shipped policies give interpol nothing');
    const narrowing = { reason: 'narrowing', bundle: ledger.second } as const;
    await ledger.report(europol, [one.part, { ...was, ...NOTHING, rules }], narrowing);
    expect((await ledger.replay()).findings).toEqual([]);
    const { decisions: taken } = withhold(other);
    const less = taken.filter(({ to }) => to === interpol);
    await ledger.report(europol, [other.part, ...less], { reason: 'narrowing' });
    const { findings } = await ledger.replay();
    expect(findings.filter(({ code }) => code === 'decision-differs')).toMatchObject([
      { reason: 'narrowing', recipient: interpol, place: { sequence: 4 } },
    ]);
  });
});

describe('what cannot be decided again', () => {
  test('a bundle that is not archived leaves its decisions unchecked, and the replay incomplete', async () => {
    const ledger = await writeLedger();
    await ledger.route(await ledger.decide(), deny(), { bundle: digest('another bundle') });
    const { findings, summary } = await ledger.replay();
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({
      confirmed: 0,
      unchecked: { 'policies-missing': ledger.facts.size - 1 },
      incomplete: true,
    });
  });

  test('a difference by another version of the directory than the record names is no finding', async () => {
    const ledger = await writeLedger();
    await ledger.route(await ledger.decide(), deny(), { directory: 2 });
    const { findings, summary } = await ledger.replay();
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({ unchecked: { 'other-directory': 1 }, incomplete: true });
  });

  test('a record that does not verify is counted by its code', async () => {
    const ledger = await writeLedger();
    await ledger.route(await ledger.decide());
    const [entry] = ledger.entries;
    if (entry === undefined) throw new Error('nothing was written');
    const bytes = Uint8Array.from(entry.bytes);
    // A letter of a recorded attribute.
    bytes[Buffer.from(bytes).indexOf('trafficking-persons')] = 0x41;
    ledger.entries.push({ ...entry, bytes, number: 2 });
    const { summary } = await ledger.replay();
    expect(summary).toMatchObject({ reports: 1, unchecked: { 'digest-mismatch': 1 }, incomplete: true });
  });

  test('what was refused is not in the record, and is counted', async () => {
    const ledger = await writeLedger();
    const { part, decisions, denials } = await ledger.decide();
    const refusal = { type: 'refusal', index: 1, jti: null, digest: part.digest } as const;
    const refused = (['superseded', 'not-permitted'] as const).map((code) => ({ ...refusal, code }));
    await ledger.report(europol, [part, ...decisions, ...denials, ...refused]);
    const { summary } = await ledger.replay();
    expect(summary).toMatchObject({ unchecked: { refused: 1, 'not-permitted': 1 }, incomplete: false });
  });
});

describe('a stale release', () => {
  /** Records by the first bundle, one by the second, then one by the first again. */
  const write = async (afterMs: number, entries: number) => {
    const ledger = await writeLedger();
    await ledger.route(await ledger.decide({ originator: ecopol }));
    await ledger.route(await ledger.decide({ bundle: ledger.second }), undefined, { bundle: ledger.second });
    const filler = ledger.entries.length;
    ledger.now += afterMs;
    await ledger.route(await ledger.decide());
    const last = ledger.entries.pop();
    if (last !== undefined) ledger.entries.push({ ...last, number: filler + entries });
    return ledger;
  };

  test('is named, with the recipients that the newest bundle gives something else', async () => {
    const ledger = await write(10_000, 1_000);
    const { findings, summary } = await ledger.replay();
    expect(summary).toMatchObject({ 'decision-differs': 0, 'stale-release': 1 });
    const [found] = findings;
    const [, adopting] = ledger.entries;
    const statement = adopting && frames.record.decode(adopting.bytes).statement?.statement;
    expect(found).toMatchObject({ adoptedBy: digest(statement ?? '') });
    expect(found).toMatchObject({ code: 'stale-release', bundle: ledger.first, newest: ledger.second });
    const recipients =
      found?.code === 'stale-release' ? found.differs?.map(({ recipient }) => recipient) : [];
    expect(recipients).toContain(interpol);
  });

  test('is none within ten seconds or a thousand entries of the adoption', async () => {
    for (const [ms, entries] of [
      [9_000, 1_000],
      [10_000, 999],
    ] as const)
      expect((await (await write(ms, entries)).replay()).findings).toEqual([]);
  });

  test('is none after a command adopted the bundle again', async () => {
    const ledger = await write(10_000, 1_000);
    const last = ledger.entries.pop();
    await ledger.command('adopt', { bundle: ledger.first });
    if (last !== undefined) ledger.entries.push(last);
    expect((await ledger.replay()).findings).toEqual([]);
  });

  test('is none after the record of a judgement adopted the bundle again', async () => {
    const ledger = await write(10_000, 1_000);
    const last = ledger.entries.pop();
    await ledger.adopt(ledger.first);
    if (last !== undefined) ledger.entries.push(last);
    expect((await ledger.replay()).findings).toEqual([]);
  });

  test('is named as well where only a command has adopted the newest bundle', async () => {
    const ledger = await writeLedger();
    await ledger.route(await ledger.decide());
    await ledger.command('adopt', { bundle: ledger.second });
    ledger.now += 10_000;
    await ledger.route(await ledger.decide());
    const last = ledger.entries.pop();
    if (last !== undefined) ledger.entries.push({ ...last, number: 1_002 });
    expect((await ledger.replay()).findings).toMatchObject([
      { code: 'stale-release', place: { sequence: 3 } },
    ]);
  });
});

test('only records within the given times are decided again, by releases of all', async () => {
  const ledger = await writeLedger();
  for (let at = 0; at < 3; at += 1) {
    await ledger.route(await ledger.decide(), deny());
    ledger.now += 1_000;
  }
  const { findings, summary } = await ledger.replay({ since: START + 1_000, until: START + 2_000 });
  expect(summary).toMatchObject({ records: 3, reports: 1 });
  expect(findings).toMatchObject([{ place: { sequence: 2 } }]);
});
