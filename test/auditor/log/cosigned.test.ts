import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isSignedRoot } from '../../../services/shared/tlog/cose-receipt.js';
import { logKeysOf } from '../../../services/shared/tlog/log-keys.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { parseSignedRoot } from '../../../services/shared/verify/ledger-export/layout.js';
import type { ShownLedger } from '../../../services/shared/wire/shown-ledger.js';
import { cosignPublished } from '../../support/log/cosign-published.js';
import { memberCosignature } from '../../shared/tlog/member-cosignature.js';
import { type Hub, noticePart, type RunningAuditor, startHub, waitUntil } from '../hub.js';
import { getFrom, type PublishedCheckpoint, publishedCheckpoint } from './shown-log.js';

const ORGS = ['afripol', 'europol', 'interpol'];
let hub: Hub;
let auditor: RunningAuditor;
let revision = 0;

beforeEach(async () => {
  revision = 0;
  hub = await startHub();
  auditor = await hub.audit();
});
afterEach(async () => {
  await auditor?.stop();
  await hub.close();
});

/** Publishes this many reports, the first ones once a quorum cosigned the empty log, and waits for a checkpoint with them. */
async function sealed(size: number): Promise<PublishedCheckpoint> {
  let found: PublishedCheckpoint | undefined;
  if (revision === 0) await cosignPublished(hub.broker, auditor.url, ORGS);
  while (revision < size) {
    revision += 1;
    await hub.publish('interpol', await hub.report('interpol', [noticePart(revision)]));
  }
  await waitUntil(async () => {
    found = await publishedCheckpoint(hub);
    if (found?.checkpoint.size !== size) return false;
    // The auditor serves a checkpoint once the broker has confirmed it.
    return (await noteAt('checkpoint'))?.startsWith(found.frame.note!) === true;
  });
  return found!;
}

async function noteAt(path: string): Promise<string | undefined> {
  const response = await getFrom(auditor, hub, { path });
  return response.ok ? response.text() : undefined;
}

const lineOf = (org: string, note: string): Promise<string> => memberCosignature(hub.broker, org, note);

/** Posts a cosignature as a router does, or with another token; resolves to the status and the code. */
async function post(
  body: object,
  token = readSecret(hub.broker.home.router(1, 'auditor.token')),
): Promise<readonly [number, unknown]> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(`${auditor.url}/v1/cosignatures`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  return [response.status, Object(await response.json().catch(() => undefined)).code];
}

/** What the console is shown of the ledger. */
async function shownTo(viewer: string): Promise<ShownLedger> {
  const token = readSecret(hub.broker.home.hub('console', 'auditor.token'));
  const path = `${auditor.url}/v1/ledger?viewer=${viewer}`;
  const response = await fetch(path, { headers: { authorization: `Bearer ${token}` } });
  return (await response.json()) as ShownLedger;
}

test('auditor: how far file and log are behind is shown to viewers of the federation alone', async () => {
  await sealed(3);
  const confirmedAt = expect.stringMatching(/^20\d\d-/);
  expect(await shownTo('federation')).toMatchObject({
    records: 3,
    log: { size: 3, quorate: 0 },
    progress: { confirmedAt, unsealed: 0, behind: 0 },
  });
  expect((await shownTo('europol')).progress).toBeNull();
});

describe('auditor: cosignatures of its log', () => {
  test('are published with the next checkpoint; those of a quorum make the checkpoint quorate, also after a restart', async () => {
    const { frame } = await sealed(3);
    const empty = await noteAt('v1/checkpoint/quorate');
    expect(empty).toContain('\n0\n');
    const lines = await Promise.all(ORGS.map((org) => lineOf(org, frame.note!)));
    for (const line of lines.slice(0, 2)) expect(await post({ size: 3, line })).toEqual([204, undefined]);
    expect(await noteAt('checkpoint')).toBe(frame.note + lines.slice(0, 2).join(''));
    expect(await noteAt('v1/checkpoint/quorate')).toBe(empty);
    expect(await post({ size: 3, line: lines[2] })).toEqual([204, undefined]);
    const quorate = frame.note + lines.join('');
    expect(await noteAt('v1/checkpoint/quorate')).toBe(quorate);
    await waitUntil(async () => (await publishedCheckpoint(hub))?.frame.cosignatures.length === 3);
    const later = await sealed(4);
    expect(later.frame.cosignatures).toEqual(lines);
    expect(await noteAt('checkpoint')).toBe(later.frame.note);
    await auditor.stop();
    auditor = await hub.audit();
    expect(await noteAt('v1/checkpoint/quorate')).toBe(quorate);
  });

  test('of a quorum let the auditor sign the root again, for COSE receipts, and never a root that its log did not sign', async () => {
    expect(await noteAt('v1/checkpoint/cose')).toBeUndefined();
    const { frame, checkpoint } = await sealed(2);
    const lines = await Promise.all(ORGS.map((org) => lineOf(org, frame.note!)));
    for (const line of lines) await post({ size: 2, line });
    const answer = JSON.parse((await noteAt('v1/checkpoint/cose')) ?? '') as Record<'note', string>;
    const { note, ...root } = answer;
    expect(note).toBe(frame.note + lines.join(''));
    const [key] = logKeysOf(hub.directory, checkpoint.origin);
    expect(await isSignedRoot(checkpoint.root, parseSignedRoot(root), key!)).toBe(true);
    await auditor.stop();
    const forged = note.replace(/\n2\n.*\n/, `\n2\n${Buffer.alloc(32, 7).toString('base64')}\n`);
    writeFileSync(join(hub.broker.home.auditorData, 'log/1/quorate'), forged);
    auditor = await hub.audit();
    const refused = await getFrom(auditor, hub, { path: 'v1/checkpoint/cose' });
    expect([refused.status, Object(await refused.json()).code]).toEqual([400, 'signature-invalid']);
  });

  test('are refused unless a witness of the directory made them over a checkpoint that was published lately', async () => {
    const { frame } = await sealed(2);
    const line = await lineOf('europol', frame.note!);
    const other = await lineOf('europol', frame.note!.replace('\n2\n', '\n3\n'));
    const renamed = line.replace('demo/europol', 'demo/afripol');
    expect(await post({ size: 2, line: other })).toEqual([400, 'signature-invalid']);
    expect(await post({ size: 2, line: renamed })).toEqual([400, 'signature-invalid']);
    expect(await post({ size: 7, line })).toEqual([404, 'not-found']);
    expect(await post({ size: 2, line: line + line })).toEqual([400, 'note-malformed']);
    expect(await post({ size: 2, line: line.repeat(20) })).toEqual([422, 'schema-invalid']);
    expect(await post({ size: '2', line })).toEqual([422, 'schema-invalid']);
    // With a note: what a witness says that it cosigned.
    expect(await post({ size: 2, line, note: frame.note })).toEqual([204, undefined]);
    expect(await post({ size: 2, line, note: 'a note' })).toEqual([400, 'note-malformed']);
    expect(await post({ size: 2, line, note: frame.note!.repeat(60) })).toEqual([422, 'schema-invalid']);
    const reading = readSecret(hub.broker.home.hub('auditor', 'federation.token'));
    expect((await post({ size: 2, line }, reading))[0]).toBe(403);
    expect(await noteAt('checkpoint')).toBe(frame.note);
  });
});
