import { describe, expect, test } from 'vitest';
import { createMeter } from '../../../services/shared/runtime/meter.js';
import { statusForHost } from '../../support/http/status-for-host.js';
import { startMetrics } from '../../../services/shared/runtime/metrics-http.js';

const named = (name: string) => ({ name, help: 'of a test' });

describe('a meter', () => {
  test('shows every label value from the start with 0, and counts no value outside the list', async () => {
    const meter = createMeter();
    const count = meter.counters<string>({ ...named('a_total'), label: 'code', values: ['one', 'two'] });
    count('two', 3);
    count('europol');
    const text = await meter.text();
    expect(text).toContain('a_total{code="one"} 0');
    expect(text).toContain('a_total{code="two"} 3');
    expect(text).not.toContain('europol');
  });

  test('gives the same text when it is read twice', async () => {
    const meter = createMeter();
    const count = meter.counter(named('b_total'));
    meter.histogram({ ...named('b_seconds'), buckets: [1, 2] })(1.5);
    count();
    const text = await meter.text();
    expect(text).toContain('b_total 1');
    expect(text).toContain('b_seconds_bucket{le="2"} 1');
    expect(await meter.text()).toBe(text);
  });

  test('has a sample of a gauge only while its function returns a number', async () => {
    const meter = createMeter();
    let value: number | undefined;
    meter.gauge(named('c'), () => value);
    expect(await meter.text()).not.toMatch(/^c /m);
    value = 7;
    expect(await meter.text()).toMatch(/^c 7$/m);
    value = undefined;
    expect(await meter.text()).not.toMatch(/^c /m);
  });

  test('shows every label value of a histogram before the first observation', async () => {
    const meter = createMeter();
    const took = meter.histograms({ ...named('d'), label: 'step', values: ['open', 'settle'], buckets: [1] });
    took('open', 0.5);
    const text = await meter.text();
    expect(text).toContain('d_count{step="open"} 1');
    expect(text).toContain('d_count{step="settle"} 0');
  });
});

describe('the metrics listener', () => {
  test('answers `GET /metrics` on the loopback interface and nothing else', async () => {
    const metrics = await startMetrics({ metricsHost: '127.0.0.1', metricsPort: 0, hostNames: [] });
    try {
      expect(metrics.url).toMatch(/^http:\/\/127\.0\.0\.1:[0-9]+\/metrics$/);
      const answer = await fetch(metrics.url);
      expect(answer.headers.get('content-type')).toContain('text/plain');
      expect(await answer.text()).toContain('process_resident_memory_bytes');
      expect((await fetch(metrics.url, { method: 'POST' })).status).toBe(404);
      expect((await fetch(metrics.url.replace('/metrics', '/'))).status).toBe(404);
    } finally {
      await metrics.close();
    }
  });

  test('answers only requests that name this process', async () => {
    const names = { metricsHost: '127.0.0.1', hostNames: ['metrics.test'] };
    const metrics = await startMetrics({ ...names, metricsPort: 0 });
    expect(await statusForHost(metrics.url, '/metrics', 'metrics.test')).toBe(200);
    expect(await statusForHost(metrics.url, '/metrics', 'evil.example')).toBe(403);
    await metrics.close();
  });

  test('fails with `busy` and its address when the port is taken', async () => {
    const first = await startMetrics({ metricsHost: '127.0.0.1', metricsPort: 0, hostNames: [] });
    const metricsPort = Number(new URL(first.url).port);
    const second = startMetrics({ metricsHost: '127.0.0.1', metricsPort, hostNames: [] });
    await expect(second).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining(`:${metricsPort}`),
    });
    await first.close();
  });
});
