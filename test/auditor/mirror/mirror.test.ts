import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Archive } from '../../../services/auditor/archive.js';
import { clientOfAuditor } from '../../../services/cli/http-client.js';
import { auditorSource } from '../../../services/cli/ledger/export/export-source.js';
import { folderReader } from '../../../services/cli/ledger/export/read-export.js';
import { writeExport } from '../../../services/cli/ledger/export/write-export.js';
import { auditorProofs } from '../../../services/cli/ledger/prove/auditor-proofs.js';
import { proveRecord } from '../../../services/cli/ledger/prove/proof-source.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { packEntry } from '../../../services/shared/store/append/archived-entry.js';
import { parseCheckpointText } from '../../../services/shared/tlog/checkpoint.js';
import { memberPolicy } from '../../../services/shared/tlog/member-witnesses.js';
import { parseNote } from '../../../services/shared/tlog/signed-note.js';
import { tilePath, tilesOf } from '../../../services/shared/tlog/tiles.js';
import { readAnchor } from '../../../services/shared/trust/read-directory.js';
import { verifyExport } from '../../../services/shared/verify/ledger-export/verify-export.js';
import { runLine } from '../../cli/policy/run-line.js';
import { cosignPublished } from '../../support/log/cosign-published.js';
import { type Hub, NOTICE, noticePart, type RunningAuditor, startHub, waitUntil } from '../hub.js';
import { tokensOf } from '../hub-tokens.js';
import { newFolder } from '../log/opened-log.js';
import { getFrom, publishedCheckpoint } from '../log/shown-log.js';
import { runMirror } from './run-mirror.js';

let hub: Hub;
let auditor: RunningAuditor;
beforeAll(async () => {
  hub = await startHub();
  auditor = await hub.audit();
  await cosignPublished(hub.broker, auditor.url, hub.broker.orgs);
  await publish(405);
});
afterAll(async () => {
  await auditor.stop();
  await hub.close();
});

let published = 0;
async function publish(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    published += 1;
    await hub.publish('interpol', await hub.report('interpol', [noticePart(published)]));
  }
  await waitUntil(async () => (await publishedCheckpoint(hub))?.checkpoint.size === published);
  await waitUntil(async () => (await shownSize()) === published);
  await cosignPublished(hub.broker, auditor.url, hub.broker.orgs);
}

/** The entries of the checkpoint that the auditor serves. */
async function shownSize(): Promise<number> {
  const note = await (await getFrom(auditor, hub, { path: 'checkpoint' })).text();
  return parseCheckpointText(parseNote(note).text).size;
}

async function packed({ read }: Pick<Archive, 'read'>): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { number: _, ...entry } of read(1, 1e6))
    found.push(Buffer.from(packEntry(entry)).toString('base64'));
  return found;
}

const followAuditor = async (options: Partial<Parameters<typeof runMirror>[1]> = {}) => {
  const mirror = await runMirror(hub, { folder: newFolder(), url: auditor.url, witnesses: null, ...options });
  await waitUntil(() => mirror.reasons().length === 0 && mirror.archive.count() === published);
  return mirror;
};

describe('a mirror of the log', () => {
  test('has every record and tile of the auditor, byte for byte, and the quorum of its checkpoint', async () => {
    const mirror = await followAuditor();
    expect(await packed(mirror.archive)).toEqual(await packed(auditor.archive));
    const bytesAt = async (url: string, path: string) =>
      Buffer.from(await (await getFrom({ url }, hub, { path })).arrayBuffer()).toString('hex');
    const paths = [...tilesOf(published)].map(tilePath);
    expect(paths.length).toBeGreaterThan(4);
    for (const path of [...paths, 'v1/checkpoint/cose'])
      expect([path, await bytesAt(mirror.url, path)]).toEqual([path, await bytesAt(auditor.url, path)]);
    expect(mirror.alarms()).toEqual([]);
  });

  test('makes proofs and exports that verify with the cosignatures of a quorum', async () => {
    const mirror = await followAuditor();
    const client = clientOfAuditor(mirror.url, tokensOf(hub).federation);
    const { signal } = new AbortController();
    const { index, size } = await proveRecord(auditorProofs(client, signal), NOTICE);
    expect({ index, size }).toEqual({ index: published - 1, size: published });
    const folder = join(mkdtempSync(join(tmpdir(), 'export-')), 'ledger');
    const { directory } = hub;
    const export_ = { source: auditorSource(client, signal), directory, shown: 'federation' } as const;
    await writeExport(folder, { ...export_, onProgress: () => {} });
    const root = readAnchor(hub.broker.home);
    const witnesses = memberPolicy(directory, new Date());
    const lines = await verifyExport(folderReader(folder), {
      root,
      witnesses,
      directory,
      now: new Date(),
      kept: [],
    });
    expect(lines.filter(({ ok }) => ok !== true)).toEqual([]);
  });

  test('keeps idle connections of its readers as long as the auditor does', async () => {
    const mirror = await followAuditor();
    const idle = async ({ url }: Pick<RunningAuditor, 'url'>): Promise<string | null> =>
      (await getFrom({ url }, hub, { path: 'healthz' })).headers.get('keep-alive');
    expect(await idle(mirror)).toBe(await idle(auditor));
  });

  test('serves what it has after a restart without the auditor, and names why it does not follow', async () => {
    const first = await followAuditor();
    await first.stop();
    const again = await runMirror(hub, {
      folder: first.folder,
      url: 'http://127.0.0.1:1',
      witnesses: null,
    });
    await waitUntil(() => again.reasons().includes('unreachable'));
    for (const path of ['checkpoint', 'v1/checkpoint/quorate', 'v1/checkpoint/cose', 'tile/0/000'])
      expect([path, (await getFrom(again, hub, { path })).status]).toEqual([path, 200]);
    expect(again.archive.count()).toBe(published);
  });

  test('continues after a restart with the records that were added meanwhile', async () => {
    const first = await followAuditor();
    await first.stop();
    await publish(7);
    const again = await followAuditor({ folder: first.folder });
    expect(await packed(again.archive)).toEqual(await packed(auditor.archive));
  });

  test('answers no question without a token, and takes neither cosignatures nor policies', async () => {
    const { url } = await followAuditor();
    for (const path of ['checkpoint', 'tile/0/000', 'v1/records?from=1&limit=1', 'v1/directory', 'v1/ledger'])
      expect([path, (await fetch(`${url}/${path}`)).status]).toEqual([path, 401]);
    const headers = { authorization: `Bearer ${tokensOf(hub).router}`, 'content-type': 'application/json' };
    for (const [method, path] of [
      ['POST', 'v1/cosignatures'],
      ['PUT', `v1/policies/${'a'.repeat(43)}`],
    ] as const)
      expect((await fetch(`${url}/${path}`, { method, headers, body: '{}' })).status).toBe(404);
  });

  test('shows the federation how far it is behind', async () => {
    const mirror = await followAuditor();
    const path = 'v1/ledger?viewer=federation';
    const { operator: token } = tokensOf(hub);
    expect(await (await getFrom(mirror, hub, { path, token })).json()).toMatchObject({
      records: published,
      log: { size: published, quorate: published },
      progress: { unsealed: 0, behind: 0 },
    });
  });

  test('has the metrics that docs/operate/mirror.md lists, with their help texts', async () => {
    const shown = (await (await followAuditor()).metrics()).matchAll(/^# HELP (\S+_mirror_\S+) (.*)$/gm);
    const page = readFileSync(join(projectRoot, 'docs/operate/mirror.md'), 'utf8');
    const listed = page.matchAll(/^\| `(liaison_\S+)` \| (.*) \|$/gm);
    const pairs = (found: Iterable<RegExpExecArray>) => [...found].map(([, name, help]) => [name, help]);
    expect(pairs(listed)).toEqual(pairs(shown));
  });

  test('is what `ledger show`, `export` and `prove` read from, by its address and a token alone', async () => {
    const { url } = await followAuditor();
    const { home } = hub.broker;
    const from = ['--auditor', url, '--token', home.hub('auditor', 'federation.token')];
    const liaison = (...words: readonly string[]) => runLine(['ledger', ...words, ...from], { home });
    const shown = await liaison('show');
    expect(shown.stdout).toContain(`${published} records in the auditor's file`);
    expect(shown.stdout).toMatch(/kept up to .*, 0 behind/);
    const folder = newFolder();
    expect(await liaison('export', join(folder, 'ledger'), '--full')).toMatchObject({ code: 0 });
    expect(await liaison('prove', NOTICE, '--out', join(folder, 'proof'))).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, 'proof'), 'utf8')).toContain('c2sp.org/tlog-proof@v1');
  });

  test('does not send its token over unencrypted HTTP to another machine', async () => {
    const token = ['--token', hub.broker.home.hub('auditor', 'federation.token')];
    const show = (...words: readonly string[]) => runLine(['ledger', 'show', ...words]);
    for (const words of [
      ['--auditor', 'http://mirror.example', ...token],
      ['--auditor', 'https://mirror.example'],
    ])
      expect(await show(...words)).toMatchObject({ code: 2 });
  });

  test('adopts the signed directory that the auditor uses', async () => {
    const offered: Uint8Array[] = [];
    const frame = Buffer.from('older');
    await followAuditor({
      directory: () => ({ ...hub.directory, frame }),
      adoptDirectory: async (one) => Boolean(offered.push(one)),
    });
    expect(offered.map((one) => Buffer.from(one).equals(hub.directory.frame))).toEqual([true]);
  });

  test('is refused by the auditor without the scopes of whole records and of the log', async () => {
    const { console: token } = tokensOf(hub);
    const mirror = await runMirror(hub, { folder: newFolder(), url: auditor.url, token });
    await waitUntil(() => mirror.alarms().includes('log-not-followed forbidden'));
    expect(mirror.archive.count()).toBe(0);
  });
});
