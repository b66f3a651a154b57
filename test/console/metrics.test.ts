import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { samplesIn } from '../support/telemetry/samples.js';
import { until } from '../support/until.js';
import { listen } from './listen.js';
import { type RunningConsole, startConsole } from './start-console.js';

let site: RunningConsole;
beforeAll(async () => {
  site = await startConsole();
});
afterAll(() => site.close());

const sample = async (name: string): Promise<number | undefined> =>
  samplesIn(await site.metrics()).get(`liaison_console_${name}`);

describe('console metrics', () => {
  test('count the received and stored events, and the readers', async () => {
    site.say('status.delivered.europol.afripol.red', { event: 'delivered' });
    await site.heard();
    expect(await sample('heard_events_total')).toBe(2);
    expect(await sample('ring_events')).toBe(2);
    expect(await sample('missed_events_total')).toBe(0);
    // The answer of a reader may be whole before the console counts its end.
    await until('no reader', async () => (await sample('readers')) === 0);
    const stream = await listen(`${site.url}/v1/status/stream`, {
      authorization: `Bearer ${site.tokens['federation']}`,
    });
    expect(await sample('readers')).toBe(1);
    stream.close();
    await until('the reader to be gone', async () => (await sample('readers')) === 0);
  });

  test('are not served on the address of the console, as they reveal the activity of all organisations', async () => {
    const { status } = await site.get('/metrics');
    expect(status).toBe(404);
    expect(await site.metrics()).not.toMatch(/europol|afripol|interpol/);
  });
});
