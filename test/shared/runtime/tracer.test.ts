import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Traceparent } from '../../../services/shared/kernel/traceparent.js';
import { createLogger } from '../../../services/shared/runtime/logger.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { readNamed } from '../../../services/shared/runtime/settings.js';
import { openTracer } from '../../../services/shared/runtime/open-tracer.js';
import { inSpan } from '../../../services/shared/runtime/tracer.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import { readSpans, SOUND, traceInto } from '../../support/telemetry/spans.js';

/**
 * Returns the modules of OpenTelemetry's SDK that a separate process loads when it imports gateway and router and opens a
 * tracer with this trace file. The API, which has no effect alone, is loaded by prom-client.
 */
function loadedWith(traceFile: string): readonly string[] {
  const at = (path: string): string => JSON.stringify(join(projectRoot, 'dist/services', path));
  const source = `
    import { createRequire } from 'node:module';
    await import(${at('gateway/gateway.js')});
    await import(${at('router/router.js')});
    const { openTracer } = await import(${at('shared/runtime/open-tracer.js')});
    const config = { traceFile: ${JSON.stringify(traceFile)}, otlpEndpoint: '' };
    const tracer = await openTracer(config, { service: 'test', instance: 'test', log: undefined });
    const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => /@opentelemetry.(?!api.)/.test(path));
    process.stdout.write(JSON.stringify({ isOn: tracer !== undefined, loaded }));
    process.exit(0);
  `;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', source], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  const { isOn, loaded } = JSON.parse(said) as { readonly isOn: boolean; readonly loaded: readonly string[] };
  expect(isOn).toBe(traceFile !== '');
  return loaded;
}

describe('tracer', () => {
  test("OpenTelemetry's SDK is loaded only when tracing is configured", () => {
    expect(loadedWith('')).toEqual([]);
    expect(loadedWith('/dev/null').length).toBeGreaterThan(0);
  });

  test('a span that follows one span is its child; one that follows several begins a trace with links to them', async () => {
    const { tracer, file } = await traceInto('a');
    const sound = SOUND.text as Traceparent;
    const other = tracer.begin('alone');
    for (const follows of [[sound], [sound, sound, undefined], [sound, other.traceparent], [undefined]]) {
      tracer.begin(`follows ${follows.length}`, { follows }).end();
    }
    other.end();
    await tracer.close();
    const [child, again, linked, root] = readSpans(file);
    for (const span of [child, again]) {
      expect(span).toMatchObject({ traceId: SOUND.traceId, parentSpanId: SOUND.spanId });
    }
    expect(linked?.parentSpanId).toBeUndefined();
    expect(linked?.links?.map(({ traceId }) => traceId)).toEqual([
      SOUND.traceId,
      other.traceparent.split('-')[1],
    ]);
    for (const span of [linked, root]) expect(span?.traceId).not.toBe(SOUND.traceId);
    expect(root?.links ?? []).toEqual([]);
    expect(statSync(file).mode & 0o077).toBe(0);
  });

  test('a span ends with the code of the error thrown in it, never with its message', async () => {
    const { tracer, file } = await traceInto('a');
    const about = {};
    const secret = 'canary-of-a-message';
    expect(() =>
      inSpan({ tracer, name: 'at once', about }, () => {
        throw fail('busy', secret);
      }),
    ).toThrow(secret);
    const later = inSpan({ tracer, name: 'later', about }, async () => {
      throw new Error(secret);
    });
    await expect(later).rejects.toThrow(secret);
    await tracer.close();
    const text = JSON.stringify(readSpans(file));
    expect(text).toContain('"busy"');
    expect(text).toContain('"internal"');
    expect(text).not.toContain(secret);
  });

  test('spans are sent over HTTP to the configured collector', async () => {
    const bodies: string[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        bodies.push(`${request.method} ${request.url} ${body}`);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    const naming = { service: 'test', instance: 'a', log: createLogger('trace', 'silent') };
    const otlpEndpoint = `http://127.0.0.1:${port}/v1/traces`;
    const tracer = await openTracer({ traceFile: '', otlpEndpoint }, naming);
    tracer?.begin('over-http').end();
    await tracer?.close();
    collector.close();
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toMatch(/^POST \/v1\/traces \{.*"name":"over-http"/);
  });

  test.each(['ftp://127.0.0.1/', 'collector:4318', 'x'])(
    'a collector address that is not HTTP is refused: %s',
    (address) => {
      const { problems } = readNamed(['otlpEndpoint'], { LIAISON_OTLP_ENDPOINT: address });
      expect(problems.map(({ path }) => path)).toEqual(['LIAISON_OTLP_ENDPOINT']);
    },
  );

  test('a trace file that cannot be opened fails with `config-invalid` when the tracer is opened', async () => {
    const naming = { service: 'test', instance: 'a', log: createLogger('trace', 'silent') };
    const opening = openTracer({ traceFile: '/proc/none/spans', otlpEndpoint: '' }, naming);
    await expect(opening).rejects.toMatchObject({ code: 'config-invalid' });
  });
});
