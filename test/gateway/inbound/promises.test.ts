import { expect, test } from 'vitest';
import {
  type PromisedFrom,
  promisesBy,
  type PromisingReport,
} from '../../../services/gateway/inbound/promises.js';
import { jtiOf, parseNoticeId, parseOrgId } from '../../../services/shared/kernel/ids.js';
import { digest } from '../../../services/shared/trust/digest.js';

const ID = parseNoticeId('01900000-0000-7000-8000-000000000001');
const jti = jtiOf(ID, 5);
const named = digest('a notice');
const [europol, interpol] = ['europol', 'interpol'].map(parseOrgId);

function reportOf(
  name: string,
  reason: PromisingReport['reason'],
  sections: Readonly<Record<string, readonly string[]>>,
): PromisingReport {
  const recipients = Object.keys(sections);
  const decisions = recipients.map((to) => {
    const left = sections[to] ?? [];
    const outcome = left.length === 0 ? 'denied' : 'delivered';
    return { type: 'decision', jti, to, outcome, sections: left, advertised: [], obligations: [] };
  });
  const seeds = reason === 'routing' ? recipients.map((to) => ({ to, seed: 'A'.repeat(22) })) : [];
  return {
    digest: name,
    reason,
    notices: [{ jti, digest: named }],
    decisions,
    seeds,
    unacts: [],
  } as unknown as PromisingReport;
}

const WHOLE = ['identity', 'narrative'];
const routing = reportOf('routing', 'routing', { europol: WHOLE, interpol: WHOLE });
const first = reportOf('first', 'narrowing', { europol: ['identity'] });
const second = reportOf('second', 'narrowing', { europol: [] });
const from: PromisedFrom = {
  notices: [{ seq: 1, id: ID, number: 5, digest: named }] as unknown as PromisedFrom['notices'],
  disclosedOf: (_own, sections) => digest(sections.join()),
};
const keysOf = (earlier: readonly PromisingReport[], report: PromisingReport): readonly string[] =>
  promisesBy({ earlier, report }, from).map(({ org, records }) => `${org} ${records.join()}`);

test('promises: a narrowing adds one promise to each recipient that it names', () => {
  expect(keysOf([], routing)).toEqual([`${europol} routing`, `${interpol} routing`]);
  expect(keysOf([routing], first)).toEqual([`${europol} routing,first`]);
  expect(keysOf([routing, first], second)).toEqual([`${europol} routing,first,second`]);
});

test('promises: narrowings that arrive before their routing report lead to the same promises', () => {
  const whole = [
    ...keysOf([], routing),
    ...keysOf([routing], first),
    ...keysOf([routing, first], second),
  ].toSorted();
  const arrivals = [
    [first, routing, second],
    [first, second, routing],
  ];
  for (const order of arrivals) {
    const added = order.flatMap((report, at) => keysOf(order.slice(0, at), report));
    expect(added.toSorted()).toEqual(whole);
  }
});
