import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOfAuditor } from '../../../services/cli/http-client.js';
import { auditorSource } from '../../../services/cli/ledger/export/export-source.js';
import { folderReader } from '../../../services/cli/ledger/export/read-export.js';
import { writeExport } from '../../../services/cli/ledger/export/write-export.js';
import { auditorProofs } from '../../../services/cli/ledger/prove/auditor-proofs.js';
import { proveRecord } from '../../../services/cli/ledger/prove/proof-source.js';
import { parseStrictJson } from '../../../services/shared/kernel/strict-json.js';
import { parseWitnessPolicy } from '../../../services/shared/tlog/witness-policy.js';
import { digest } from '../../../services/shared/trust/digest.js';
import { parsePublicJwk } from '../../../services/shared/trust/jwk.js';
import { verifyExport } from '../../../services/shared/verify/ledger-export/verify-export.js';
import { type Hub, NOTICE, noticePart, type RunningAuditor, startHub, waitUntil } from '../hub.js';
import { NO_WITNESS, publishedCheckpoint } from './shown-log.js';

let hub: Hub;
let auditor: RunningAuditor;
beforeAll(async () => {
  hub = await startHub();
  auditor = await hub.audit({ witnessPolicy: parseWitnessPolicy(NO_WITNESS) });
  for (let n = 1; n <= 405; n += 1)
    await hub.publish('interpol', await hub.report('interpol', [noticePart(n)]));
  await waitUntil(async () => (await publishedCheckpoint(hub))?.checkpoint.size === 405);
});
afterAll(async () => {
  await auditor.stop();
  await hub.close();
});

const token = (): string => readFileSync(hub.broker.home.hub('auditor', 'federation.token'), 'utf8').trim();

describe('an export from a running auditor', () => {
  test('reads all pages with the token of the federation auditor, and verifies', async () => {
    const folder = join(mkdtempSync(join(tmpdir(), 'export-')), 'ledger');
    const source = auditorSource(clientOfAuditor(auditor.url, token()), new AbortController().signal);
    const { directory } = hub;
    const manifest = await writeExport(folder, {
      source,
      directory,
      shown: 'federation',
      onProgress: () => {},
    });
    expect(manifest).toMatchObject({ origin: 'demo/liaison/1', size: 405 });
    const root = parsePublicJwk(parseStrictJson(readFileSync(hub.broker.home.anchor)));
    const lines = await verifyExport(folderReader(folder), { root, now: new Date(), kept: [] });
    expect(lines.filter(({ ok }) => ok === false)).toEqual([]);
    expect(lines.map(({ says }) => says)).toContain(
      'the hub signed 405 records, each an entry of the log in its order',
    );
  });

  test('ends with `busy` when it is stopped between two records', async () => {
    const stop = new AbortController();
    const records = auditorSource(clientOfAuditor(auditor.url, token()), stop.signal).records();
    const reading = (async () => {
      for await (const _record of records) stop.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'busy' });
  });

  test('has for a record, also named by its notice, a proof that leads to the published checkpoint', async () => {
    const source = auditorProofs(clientOfAuditor(auditor.url, token()), new AbortController().signal);
    const { statement, record, index } = await proveRecord(source, NOTICE);
    expect({ index, record }).toEqual({ index: 404, record: digest(statement) });
    expect(await proveRecord(source, record)).toMatchObject({ statement, index: 404, size: 405 });
    await expect(proveRecord(source, digest('no record'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is refused for the token of a console, which may not read records', async () => {
    const weak = readFileSync(hub.broker.home.hub('console', 'auditor.token'), 'utf8').trim();
    const source = auditorSource(clientOfAuditor(auditor.url, weak), new AbortController().signal);
    await expect(source.checkpoint()).rejects.toMatchObject({ code: 'forbidden' });
    await expect(source.records()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
