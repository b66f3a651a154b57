import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOrgId } from '../../services/shared/kernel/ids.js';
import { readSecret } from '../../services/shared/trust/secret-file.js';
import { type Json, startFederation, type TestFederation } from '../support/federation.js';
import { exampleDraft, localSystems } from '../support/notices.js';
import { readSpans, type ShownSpan, SOUND } from '../support/telemetry/spans.js';

const file = join(mkdtempSync(join(tmpdir(), 'liaison-trace-')), 'spans.jsonl');
const canary = randomBytes(16).toString('hex');

let federation: TestFederation;
beforeAll(async () => {
  // A second attempt of a frame would have spans of its own.
  federation = await startFederation({ env: { LIAISON_TRACE_FILE: file, LIAISON_RESEND_SECONDS: '600' } });
});
afterAll(() => federation?.close());

/** A draft to one recipient, with a canary in every section. */
function draft(): Json {
  const { header, sections } = exampleDraft('green');
  const marked = Object.entries(sections).map(([name, value]) => [
    name,
    { ...(value as object), remarks: `canary ${canary}` },
  ]);
  return { header: { ...header, addressees: ['interpol'] }, sections: Object.fromEntries(marked) as Json };
}

async function submit(org: string): Promise<string> {
  const token = readSecret(federation.home.org(parseOrgId(org), 'token'));
  const answer = await fetch(new URL('/v1/notices', federation.run().gateways[org]), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      traceparent: SOUND.text,
      tracestate: `vendor=${canary}`,
    },
    body: JSON.stringify(draft()),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { readonly id: string }).id;
}

/** Returns each span as `parent > … > name service`, unordered. */
function treeBelow(spans: readonly ShownSpan[], parent: string): readonly string[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .flatMap(({ name, by, spanId }) => [
      `${name} ${by}`,
      ...treeBelow(spans, spanId).map((line) => `${name} > ${line}`),
    ])
    .toSorted();
}

describe('the trace of a notice', () => {
  test('is one tree across gateway, router and gateway, without content of the notice', async () => {
    const id = await submit('europol');
    const europol = localSystems(federation).find(({ org }) => org === 'europol');
    expect(await europol?.settled(id)).toMatchObject({ state: 'settled' });
    const stopped = await federation.stop();
    expect(stopped.code, stopped.stderr).toBe(0);

    const spans = readSpans(file).filter(({ traceId }) => traceId === SOUND.traceId);
    const [gateway, router] = ['liaison-gateway europol', 'liaison-router router-1'];
    expect(treeBelow(spans, SOUND.spanId)).toEqual(
      [
        `submit ${gateway}`,
        `submit > send ${gateway}`,
        `submit > send > route ${router}`,
        ...['open', 'decide', 'record', 'deliver', 'report', 'settle'].map(
          (step) => `submit > send > route > ${step} ${router}`,
        ),
        'submit > send > route > deliver > receive liaison-gateway interpol',
        `submit > send > route > deliver > relay ${router}`,
        ...['record', 'forward', 'settle'].map(
          (step) => `submit > send > route > deliver > relay > ${step} ${router}`,
        ),
        `submit > send > receipt ${gateway}`,
      ].toSorted(),
    );
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(id);
    expect(text).not.toContain(canary);
    const keys = new Set(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)));
    expect([...keys].toSorted()).toEqual(
      ['attempt', 'frame', 'jti', 'notices', 'receipts', 'recipients'].map((name) => `liaison.${name}`),
    );
  });
});
