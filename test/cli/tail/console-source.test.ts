import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import type { StatusEvent } from '../../../services/cli/tail/status-events.js';
import type { TailGap } from '../../../services/cli/tail/gaps.js';
import { openConsoleSource } from '../../../services/cli/tail/console-source.js';
import type { StatusSource } from '../../../services/cli/tail/status-source.js';
import { errorFrom } from '../../../services/shared/kernel/errors.js';
import { type RunningConsole, startConsole } from '../../console/start-console.js';
import { until } from '../../support/until.js';

let site: RunningConsole;
afterEach(() => site.close());

interface Received {
  readonly events: StatusEvent[];
  readonly gaps: TailGap[];
  readonly trouble: string[];
}

interface ReadParams {
  readonly who?: string;
  readonly filters?: object;
  readonly since?: Date;
  readonly untilEnd?: boolean;
}

async function read(params: ReadParams = {}): Promise<Received & { readonly source: StatusSource }> {
  const { who = 'federation', filters = {}, untilEnd = false } = params;
  const { since = new Date(Date.now() - 3_600_000) } = params;
  const received: Received = { events: [], gaps: [], trouble: [] };
  const request = { subject: 'status.delivered.*.*.red', filters };
  const source = await openConsoleSource(
    { url: site.url, token: site.tokens[who] ?? who, request, since, untilEnd },
    {
      onEvent: (event) => received.events.push(event),
      onGap: (gap) => received.gaps.push(gap),
      onTrouble: (words) => received.trouble.push(words),
    },
  );
  return { ...received, source };
}

const publish = (from: number, to: number): void => {
  for (let number = from; number <= to; number += 1)
    site.say('status.delivered.europol.afripol.red', { event: 'delivered', jti: String(number) });
};
const numbers = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const jtis = ({ events }: Received): readonly (string | undefined)[] => events.map(({ jti }) => jti);
const codeOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => errorFrom(error).code,
  );

test('console source: yields the kept events, oldest first, and ends with `untilEnd`', async () => {
  site = await startConsole();
  publish(1, 2_500);
  site.say('status.delivered.europol.afripol.blue', { event: 'delivered', jti: 'another kind' });
  await site.heard();
  const received = await read({ untilEnd: true });
  await received.source.ended;
  expect(jtis(received)).toEqual(numbers(1, 2_500));
  expect(received.events[0]).toMatchObject({ event: 'delivered', kind: 'red', source: 'router-1', seq: 1 });
  expect([received.gaps, received.trouble]).toEqual([[], []]);
});

test('console source: loses and repeats no event between kept and new ones, under load', async () => {
  site = await startConsole();
  publish(1, 500);
  let published = 500;
  const ending = new AbortController();
  const talking = (async () => {
    for (; !ending.signal.aborted; published += 20) {
      publish(published + 1, published + 20);
      await delay(5);
    }
  })();
  await until('some to be kept', async () => (await site.rows('event=delivered')).length > 0);
  const all = await Promise.all(Array.from({ length: 6 }, () => read()));
  await until('what comes', () => all.every(({ events }) => events.length > 1_500));
  ending.abort();
  await talking;
  for (const received of all) {
    await until('the last', () => received.events.length >= published);
    expect(jtis(received)).toEqual(numbers(1, published));
    expect(received.gaps).toEqual([]);
    await received.source.stop();
    await received.source.ended;
  }
});

test('console source: resumes after a restart of the console, and reports the events it missed as a gap', async () => {
  site = await startConsole();
  publish(1, 3);
  const received = await read();
  await until('three', () => received.events.length === 3);
  await site.stopConsole();
  await until('its absence', () => received.trouble.length > 0);
  publish(4, 9);
  await site.startConsole();
  publish(10, 11);
  await until('the rest', () => received.events.length === 5);
  await received.source.stop();
  expect(jtis(received)).toEqual(['1', '2', '3', '10', '11']);
  expect(received.gaps).toMatchObject([{ missed: 6, source: 'router-1' }]);
});

test('console source: reports requested events that are no longer kept as a gap', async () => {
  site = await startConsole({ most: 1_000 });
  publish(1, 3_000);
  await site.heard();
  await until('the sweep', async () => (await site.rows('')).length <= 1_001);
  const received = await read({ untilEnd: true });
  await received.source.ended;
  expect(received.gaps).toMatchObject([{ older: true, heard: expect.any(String) }]);
  expect(jtis(received).at(-1)).toBe('3000');
});

test('console source: yields with the token of an organisation only what it may see', async () => {
  site = await startConsole();
  publish(1, 1);
  await site.heard();
  for (const [who, count] of [
    ['europol', 1],
    ['afripol', 0],
  ] as const) {
    const received = await read({ who, untilEnd: true });
    await received.source.ended;
    expect([who, received.events.length]).toEqual([who, count]);
    // The publisher's numbers count the events of all organisations.
    for (const event of received.events) expect(event.seq).toBeUndefined();
  }
});

test('console source: throws the code of a refusal, and `unreachable` at once for a console that is away', async () => {
  site = await startConsole();
  expect(await codeOf(read({ who: 'x'.repeat(43) }))).toBe('unauthorised');
  expect(await codeOf(read({ filters: { from: ['Europol'] } }))).toBe('usage');
  await site.stopConsole();
  expect(await codeOf(read())).toBe('unreachable');
  await site.startConsole();
});

test('console source: fails with `unauthorised` when its token is revoked', async () => {
  site = await startConsole();
  const received = await read({ who: 'afripol' });
  site.revoke('afripol');
  await site.restart();
  expect(await codeOf(received.source.ended)).toBe('unauthorised');
});
