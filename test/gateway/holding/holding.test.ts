import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { applyAction, type HolderAction } from '../../../services/gateway/holding/apply-action.js';
import { applyContent, type DeliveredContent } from '../../../services/gateway/holding/apply-content.js';
import { type Holding, NO_HOLDING } from '../../../services/gateway/holding/holding.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import type { Notice } from '../../../services/shared/notice/notice.js';
import { sectionsOfCopy, withoutSections } from '../../../services/gateway/holding/change-copy.js';
import { applyItem } from '../../../services/shared/notice/registers.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { readDisclosure } from '../../../services/shared/trust/disclosure.js';
import { openDelivered } from '../../../services/shared/trust/open-notice.js';
import { issueNotice, joinSdJwt, splitSdJwt } from '../../../services/shared/trust/sd-jwt.js';
import { makeFederation, NOW, type TestFederation } from '../../shared/trust/federation.js';
import { EUROPOL, exampleNotice } from '../../shared/trust/notices.js';
import { proofOf } from './proof-of.js';

const KID = 'europol:notice:1';
const ME = parseOrgId('afripol');
const START = NOW.getTime();
const DAY = 86_400_000;
const context = { org: ME, disclosedOf: (sdJwt: string) => digest(splitSdJwt(sdJwt).disclosures.join()) };

/** A revision as it is submitted: its jwt, and the text of each section. */
interface Revision {
  readonly jwt: string;
  readonly digest: string;
  readonly texts: ReadonlyMap<string, string>;
}

type Act = { readonly content: DeliveredContent } | { readonly action: HolderAction };

let federation: TestFederation;
let revisions: readonly Revision[];

beforeAll(async () => {
  federation = await makeFederation();
  revisions = await Promise.all([0, 1, 2].map(() => revise(exampleNotice())));
});

async function revise(notice: Notice): Promise<Revision> {
  const issued = await issueNotice(notice, { federation: 'demo', signer: federation.signer(KID) });
  const { jwt, disclosures } = splitSdJwt(issued);
  const texts = new Map(disclosures.map((text) => [readDisclosure(text).name as string, text]));
  texts.delete('routing');
  return { jwt, digest: digest(jwt), texts };
}

const revision = (at: number): Revision => {
  const found = revisions[at % revisions.length];
  if (found === undefined) throw new Error('no such revision');
  return found;
};

/** Delivers a revision with every section but `judicial`, which is withheld. */
function issue(step: number, at = 0): Act {
  const { jwt, digest: name, texts } = revision(at);
  const given = [...texts].filter(([section]) => section !== 'judicial').map(([, text]) => text);
  const times = { number: START + step, expiresAt: START + 400 * DAY };
  return { content: { ...times, digest: name, sdJwt: joinSdJwt(jwt, given) } };
}

function actionOf(step: number, item: object, more: object = {}): Act {
  const statement = `action-${step}`;
  const named = digest(statement);
  const marked = { number: START + step, digest: named, ...item } as HolderAction['item'];
  const about = { digest: named, id: 'notice', reason: null, proof: proofOf(statement) };
  return { action: { ...about, item: marked, ...more } };
}
const withdraw = (step: number): Act => actionOf(step, { type: 'withdraw' }, { reason: 'issued-in-error' });
const suspend = (step: number): Act => actionOf(step, { type: 'suspend', until: START + 30 * DAY });
const resume = (step: number): Act => actionOf(step, { type: 'resume' });
const extend = (step: number): Act => actionOf(step, { type: 'extend', expiresAt: START + 500 * DAY });
const restrict = (step: number, sections?: readonly string[]): Act =>
  actionOf(step, { type: 'restrict', to: ME, ...(sections && { sections }) });
function unseal(step: number, at = 0, text = revision(at).texts.get('judicial') ?? ''): Act {
  const named = { to: ME, section: 'judicial', notice: revision(at).digest, disclosure: digest(text) };
  return actionOf(step, { type: 'unseal', ...named }, { disclosure: text });
}

function applyActs(acts: readonly Act[], from = NO_HOLDING): Holding {
  return acts.reduce((holding, act) => step(holding, act).holding, from);
}

function step(holding: Holding, act: Act) {
  return 'content' in act
    ? applyContent(holding, act.content, context)
    : applyAction(holding, act.action, context);
}

function actionIn(act: Act): HolderAction {
  if ('content' in act) throw new Error('not an action');
  return act.action;
}

function answerOf(acts: readonly Act[], last: Act) {
  if ('content' in last) throw new Error('not an action');
  return applyAction(applyActs(acts), last.action, context).answer;
}

const withoutAnswers = ({ registers, copy, keep, early }: Holding): object => ({
  registers,
  copy,
  keep,
  early,
});

function ordersOf<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, at) => ordersOf(items.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}

describe('a holding', () => {
  test('whose notice expired and that still has a copy loses the copy to a withdraw', () => {
    const ended = applyActs([issue(1)]);
    const registers = applyItem(ended.registers, { type: 'expired' }).state;
    const { holding, answer } = applyAction({ ...ended, registers }, actionIn(withdraw(2)), context);
    expect(holding.copy).toBeNull();
    expect(answer).toMatchObject({ type: 'destroyed', after: null });
  });

  test('has the same state and copy after each of the 120 orders of issue, extend, unseal, restrict and suspend', () => {
    const acts = [issue(1), extend(2), unseal(3), restrict(4, ['identity']), suspend(5)];
    const states = ordersOf(acts).map((order) => withoutAnswers(applyActs(order)));
    expect(states).toHaveLength(120);
    for (const state of states) expect(state).toEqual(states[0]);
    expect(states[0]).toMatchObject({
      copy: { hiddenUntil: START + 30 * DAY, endsAt: START + 500 * DAY, isKept: false },
      early: [],
    });
  });

  test('converges for any order with repetitions, and holds no text after an end', () => {
    const verbs = fc.constantFrom(
      'issue',
      'extend',
      'suspend',
      'resume',
      'whole',
      'identity',
      'unseal',
      'withdraw',
    );
    const acts = fc.array(verbs, { minLength: 1, maxLength: 9 }).map((made) => {
      let last = 0;
      return [
        issue(0),
        ...made.map((verb, at): Act => {
          if (verb === 'issue' && last < 2) {
            last += 1;
            return issue(at + 1, last);
          }
          if (verb === 'extend') return extend(at + 1);
          if (verb === 'suspend') return suspend(at + 1);
          if (verb === 'whole') return restrict(at + 1);
          if (verb === 'identity') return restrict(at + 1, ['identity']);
          if (verb === 'unseal') return unseal(at + 1, last);
          if (verb === 'withdraw') return withdraw(at + 1);
          return resume(at + 1);
        }),
      ];
    });
    const arrivals = acts.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 })),
    );
    fc.assert(
      fc.property(arrivals, ([sent, arrived]) => {
        const [inOrder, shuffled] = [applyActs(sent), applyActs(arrived)];
        expect(withoutAnswers(shuffled)).toEqual(withoutAnswers(inOrder));
        if (shuffled.registers.end === null) return;
        const texts = revisions.flatMap(({ jwt, texts: all }) => [jwt, ...all.values()]);
        for (const text of texts) expect(JSON.stringify(shuffled)).not.toContain(text);
      }),
      { numRuns: 1_000 },
    );
  });

  test('has a copy that verifies by the signature of the notice after a restrict of one section and an unseal of another', async () => {
    const { copy } = applyActs([issue(1), restrict(2, ['identity']), unseal(3)]);
    const opening = { directory: federation.directory, originator: EUROPOL, now: NOW };
    const opened = await openDelivered(copy?.sdJwt ?? '', opening);
    expect(opened.digest).toBe(revision(0).digest);
    expect(Object.keys(opened.sections)).toContain('judicial');
    expect(Object.keys(opened.sections)).not.toContain('identity');
  });

  test('keeps the section of an unseal that arrives before its notice, and forgets it when the notice ends first', () => {
    expect(sectionsOfCopy(applyActs([unseal(2), issue(1)]).copy?.sdJwt ?? '')).toContain('judicial');
    expect(applyActs([unseal(2)]).early).toHaveLength(1);
    expect(applyActs([unseal(2), withdraw(3)]).early).toEqual([]);
    expect(applyActs([unseal(2), issue(1)]).early).toEqual([]);
  });

  test('a disclosure that the copy does not refer to is rejected, and the copy stays as it is', () => {
    const foreign = revision(1).texts.get('judicial') ?? '';
    const [before, last] = [applyActs([issue(1)]), unseal(2, 0, foreign)];
    if ('content' in last) throw new Error('not an action');
    const { answer, holding, changes } = applyAction(before, last.action, context);
    const { disclosed = null } = before.copy ?? {};
    expect(answer).toMatchObject({
      type: 'rejected',
      code: 'disclosure-invalid',
      before: disclosed,
      after: disclosed,
    });
    expect(holding.copy).toEqual(before.copy);
    expect(changes).toEqual([]);
  });

  test('answers each action with what it did to the copy', () => {
    const { disclosed = null, sdJwt = '' } = applyActs([issue(1)]).copy ?? {};
    const less = context.disclosedOf(withoutSections(sdJwt, ['identity']));
    const held = { before: disclosed, after: disclosed };
    expect(answerOf([issue(1)], withdraw(2))).toMatchObject({
      type: 'destroyed',
      before: disclosed,
      after: null,
    });
    expect(answerOf([issue(1)], restrict(2))).toMatchObject({
      type: 'destroyed',
      before: disclosed,
      after: null,
    });
    expect(answerOf([issue(1)], restrict(2, ['identity']))).toMatchObject({
      type: 'destroyed',
      before: disclosed,
      after: less,
    });
    for (const act of [suspend(2), resume(2), extend(2)]) {
      expect(answerOf([issue(1)], act)).toMatchObject({ type: 'held', ...held });
    }
    expect(answerOf([issue(1)], unseal(2))).toMatchObject({ type: 'held', before: disclosed });
    expect(answerOf([issue(1)], unseal(2)).after).not.toBe(disclosed);
    expect(answerOf([issue(1)], unseal(2, 1))).toMatchObject({ type: 'not-held', ...held });
    for (const act of [withdraw(2), restrict(2), suspend(2), resume(2), extend(2), unseal(2)]) {
      expect(answerOf([], act)).toMatchObject({ type: 'not-held', before: null, after: null });
    }
  });

  test('an action below a newer one is answered `superseded`, after an end `not-held`, never `destroyed`', () => {
    expect(answerOf([issue(3)], restrict(2)).type).toBe('superseded');
    expect(answerOf([issue(1), resume(4)], suspend(2)).type).toBe('superseded');
    expect(answerOf([issue(1), extend(4)], extend(2)).type).toBe('superseded');
    expect(answerOf([issue(1), withdraw(2)], extend(3))).toMatchObject({
      type: 'not-held',
      code: 'notice-ended',
    });
    expect(answerOf([issue(1), withdraw(4)], withdraw(2)).type).toBe('superseded');
  });

  test('a restrict with a lower number than an unseal is answered `superseded` if that opened the held revision, else `destroyed`', () => {
    const bar = restrict(3, ['judicial']);
    const opened = applyActs([issue(1), unseal(2), unseal(4, 1)]).copy;
    expect(answerOf([issue(1), unseal(2), unseal(4, 1)], bar)).toMatchObject({
      type: 'destroyed',
      before: opened?.disclosed,
      after: applyActs([issue(1)]).copy?.disclosed,
    });
    const { type, before, after } = answerOf([issue(1), unseal(4)], bar);
    expect([type, after]).toEqual(['superseded', before]);
  });

  test('the answers to as many actions as a notice takes are kept, so that a restored holder knows each of them', () => {
    const all = Array.from({ length: 256 }, (_, at) => suspend(2 + at));
    const { answers } = applyActs([issue(1), ...all, withdraw(300)]);
    expect(answers).toHaveLength(257);
    expect(applyActs([issue(1), ...all, withdraw(300), suspend(301)]).answers).toHaveLength(257);
  });

  test('an action that arrives again gets its first answer; another one under its number is rejected', () => {
    const first = answerOf([issue(1)], withdraw(2));
    expect(answerOf([issue(1), withdraw(2)], withdraw(2))).toEqual(first);
    const other = { ...withdraw(2) } as { readonly action: HolderAction };
    const renamed = {
      action: { ...other.action, digest: 'x', item: { ...other.action.item, digest: 'x' } },
    } as Act;
    expect(answerOf([issue(1), withdraw(2)], renamed)).toMatchObject({
      type: 'rejected',
      code: 'number-conflict',
    });
  });

  test('a copy that arrives after its withdraw or its restrict is not held', () => {
    for (const act of [withdraw(2), restrict(2)]) {
      const late = issue(1);
      if (!('content' in late)) throw new Error('not a content');
      const { type, holding } = applyContent(applyActs([act]), late.content, context);
      expect(type).toBe('superseded');
      expect(holding.copy).toBeNull();
    }
  });

  test('a copy that is kept on a ground is not shown, and stays until the ground is gone', () => {
    const kept = applyActs([issue(1)]);
    const holding: Holding = { ...kept, keep: 'legal-hold' };
    const last = withdraw(2);
    if ('content' in last) throw new Error('not an action');
    const { answer, changes, holding: after } = applyAction(holding, last.action, context);
    const { disclosed = null } = kept.copy ?? {};
    expect(answer).toMatchObject({ type: 'kept', code: 'legal-hold', before: disclosed, after: disclosed });
    expect(after.copy).toMatchObject({ isKept: true, sdJwt: kept.copy?.sdJwt });
    expect(changes).toEqual([{ name: 'ended', reason: 'issued-in-error' }]);
  });

  test('local systems hear what changed, and nothing about what did not', () => {
    const changes = (acts: readonly Act[], last: Act) =>
      'content' in last ? [] : applyAction(applyActs(acts), last.action, context).changes;
    const named = (acts: readonly Act[], last: Act) => changes(acts, last).map(({ name }) => name);
    expect(named([issue(1)], withdraw(2))).toEqual(['ended']);
    expect(named([issue(1)], restrict(2))).toEqual(['ended']);
    expect(changes([issue(1)], restrict(2, ['identity', 'judicial']))).toEqual([
      { name: 'restricted', reason: null, sections: ['identity'] },
    ]);
    expect(named([issue(1)], restrict(2, ['judicial']))).toEqual([]);
    expect(named([issue(1)], suspend(2))).toEqual(['suspended']);
    expect(named([issue(1), suspend(2)], resume(3))).toEqual(['resumed']);
    expect(named([issue(1)], extend(2))).toEqual(['extended']);
    expect(named([issue(1)], unseal(2))).toEqual(['unsealed']);
    expect(named([], withdraw(2))).toEqual([]);
    expect(named([issue(1), withdraw(2)], withdraw(2))).toEqual([]);
  });
});
