import { beforeAll, describe, expect, test } from 'vitest';
import {
  parseCommandId,
  parseEntryId,
  parseFrameId,
  parseOrgId,
} from '../../../services/shared/kernel/ids.js';
import { signCommand, verifyCommand } from '../../../services/shared/ledger/command.js';
import { type CommandContent, LEDGER_OWNER } from '../../../services/shared/ledger/command-content.js';
import {
  type CommandPart,
  type CommandRecord,
  signCommandRecord,
  verifyCommandIn,
} from '../../../services/shared/ledger/command-record.js';
import { type QuarantinedPart, signQuarantine } from '../../../services/shared/ledger/quarantine-record.js';
import { readRecord, verifyReport } from '../../../services/shared/ledger/record.js';
import { signReport } from '../../../services/shared/ledger/record-sign.js';
import { digest } from '../../../services/shared/trust/digest.js';
import type { Directory, DirectoryKey } from '../../../services/shared/trust/directory.js';
import {
  generateKey,
  importSigner,
  importVerifier,
  publicJwk,
  type Signer,
} from '../../../services/shared/trust/keys.js';
import { frames } from '../../../services/shared/wire/frames.js';
import { noDisclosures } from '../../support/no-disclosures.js';

const now = new Date('2026-06-01T12:00:00Z');
const later = (s: number): Date => new Date(now.getTime() + s * 1_000);
const europol = parseOrgId('europol');
const frame = parseFrameId('a'.repeat(64));
const entry = parseEntryId('b'.repeat(64));
const id = parseCommandId('01900000-0000-7000-8000-000000000001');
const content: CommandContent = { id, verb: 'replay', org: europol, entry };

let hub: Signer;
let operator: Signer;
let directory: Directory;
let revoked: Directory;
beforeAll(async () => {
  const keys = new Map<string, DirectoryKey>();
  const make = async (kid: string, more: object = {}): Promise<Signer> => {
    const jwk = await generateKey(kid);
    const [owner = '', use = ''] = kid.split(':');
    const verifier = await importVerifier(publicJwk(jwk));
    const dates = { notBefore: new Date(0), notAfter: new Date(8.64e15) };
    keys.set(kid, { kid, owner, use, x: jwk.x, verifier, ...dates, ...more } as DirectoryKey);
    return importSigner(jwk);
  };
  hub = await make('hub:hub:1');
  operator = await make('hub:operator:1', { person: 'Nobody in Particular' });
  const key: Directory['key'] = (kid) => keys.get(kid);
  directory = { federation: 'demo', key } as Directory;
  revoked = {
    ...directory,
    key: (kid) => {
      const found = keys.get(kid);
      return found?.use === 'operator' ? { ...found, revokedAt: later(30) } : found;
    },
  };
});

const sign = (more: Partial<CommandContent> = {}): Promise<string> =>
  signCommand({ ...content, ...more }, { signer: operator, federation: 'demo', now });
const recording = (signer = hub) => ({ signer, federation: 'demo', now });
const part = (more: Partial<CommandPart> = {}): CommandPart => ({
  type: 'command',
  command: id,
  verb: 'replay',
  person: 'Nobody in Particular',
  entry,
  seq: 1,
  accepted: now.getTime() / 1_000,
  token: 'set by `record`',
  outcome: 'routed',
  code: null,
  ...more,
});
const record = async (more: Partial<CommandPart> = {}, signer = hub): Promise<Uint8Array> => {
  const token = await sign();
  const about = { org: europol, frame, token, part: part({ token: digest(token), ...more }), results: [] };
  return (await signCommandRecord(about, recording(signer))).bytes;
};
const read = (bytes: Uint8Array) => readRecord(bytes, { directory, now, org: europol });

describe('a command', () => {
  test('holds what the operator signed, and names the operator', async () => {
    const command = await verifyCommand(await sign(), { directory, now });
    expect(command).toMatchObject({ ...content, person: 'Nobody in Particular', kid: 'hub:operator:1' });
  });

  test('is valid for one minute', async () => {
    const token = await sign();
    await expect(verifyCommand(token, { directory, now: later(59) })).resolves.toMatchObject({ id });
    await expect(verifyCommand(token, { directory, now: later(60) })).rejects.toMatchObject({
      code: 'expired',
    });
  });

  test('to discard needs a note of one line; no other command may have one', async () => {
    const good = await sign({ verb: 'discard', note: 'tried by ourselves' });
    await expect(verifyCommand(good, { directory, now })).resolves.toMatchObject({
      note: 'tried by ourselves',
    });
    for (const bad of [
      { verb: 'discard' },
      { verb: 'discard', note: '' },
      { verb: 'discard', note: 'two\nlines' },
      { verb: 'discard', note: 'x'.repeat(501) },
      { verb: 'replay', note: 'why' },
    ] as const) {
      await expect(verifyCommand(await sign(bad), { directory, now })).rejects.toMatchObject({
        code: 'token-malformed',
      });
    }
  });
});

describe('a command about the policies', () => {
  const about = { org: LEDGER_OWNER, entry } as const;
  const check = async (more: Partial<CommandContent>) =>
    verifyCommand(await sign({ ...about, ...more }), { directory, now });

  test('names the hub and the digest of a set; only `baseline` gives a reason, and it must', async () => {
    await expect(check({ verb: 'adopt' })).resolves.toMatchObject({ verb: 'adopt', entry });
    await expect(check({ verb: 'baseline', note: 'the disk is lost' })).resolves.toMatchObject({ entry });
    for (const bad of [
      { verb: 'adopt', note: 'why' },
      { verb: 'baseline' },
      { verb: 'adopt', org: europol },
      { verb: 'baseline', note: 'why', org: europol },
      { verb: 'adopt', place: { epoch: 'e', sequence: 1 } },
      { verb: 'replay' },
    ] as const)
      await expect(check(bad)).rejects.toMatchObject({ code: 'token-malformed' });
  });
});

describe('the record of a command', () => {
  const verify = async (bytes: Uint8Array, by = directory) => {
    const found = await readRecord(bytes, { directory: by, now, org: europol });
    return verifyCommandIn(found as CommandRecord, by);
  };

  test('holds the command as the operator signed it, which still verifies long after it expired', async () => {
    const found = await readRecord(await record(), { directory, now: later(86_400), org: europol });
    const token = await sign();
    expect(found).toMatchObject({ type: 'command', part: part({ token: digest(token) }), token });
    await expect(verify(await record())).resolves.toMatchObject({ id, entry });
  });

  test('is valid when the key was revoked after the command was accepted, and invalid when before', async () => {
    await expect(verify(await record(), revoked)).resolves.toMatchObject({ id });
    const after = await record({ accepted: later(40).getTime() / 1_000 });
    await expect(verify(after, revoked)).rejects.toMatchObject({ code: 'key-revoked' });
  });

  test.each<Partial<CommandPart>>([
    { command: parseCommandId('01900000-0000-7000-8000-000000000002') },
    { verb: 'discard' },
    { entry: parseEntryId('c'.repeat(64)) },
    { person: 'Somebody Else' },
  ])('that contradicts the command in it is refused: %j', async (more) => {
    await expect(verify(await record(more))).rejects.toMatchObject({ code: 'digest-mismatch' });
  });

  test('beside another command of the same operator, as valid as its own, is refused', async () => {
    const other = await sign({ entry: parseEntryId('c'.repeat(64)) });
    const twin = await signCommand(content, { signer: operator, federation: 'demo', now: later(1) });
    for (const command of [other, twin]) {
      await expect(verifyCommand(command, { directory, now: later(1) })).resolves.toMatchObject({ id });
      const exchanged = frames.record.encode({ ...frames.record.decode(await record()), command });
      await expect(read(exchanged)).rejects.toMatchObject({ code: 'digest-mismatch' });
    }
  });

  test('that no router signed is refused', async () => {
    await expect(read(await record({}, operator))).rejects.toMatchObject({ code: 'key-invalid' });
  });

  test('without a command is refused, and so is another kind of record with one', async () => {
    const { command: _command, ...without } = frames.record.decode(await record());
    const about = {
      reason: 'routing',
      org: europol,
      frame,
      directory: 1,
      members: [europol],
      policies: {},
      submission: null,
      disclosedOf: noDisclosures,
    } as const;
    const report = frames.record.decode((await signReport({ ...about, parts: [] }, recording())).bytes);
    const mixed = { ...report, command: await sign() };
    for (const broken of [without, mixed]) {
      await expect(read(frames.record.encode(broken))).rejects.toMatchObject({ code: 'token-malformed' });
    }
  });
});

describe('the record of a quarantine', () => {
  const parts: readonly QuarantinedPart[] = [
    { type: 'quarantined', what: 'message', entry, size: 12, reason: 'frame-unreadable', subject: 'out.x' },
  ];

  test('returns what was signed, and is refused as a report', async () => {
    const { bytes, digest } = await signQuarantine({ org: europol, frame, entries: parts }, recording());
    expect(await read(bytes)).toMatchObject({ type: 'quarantine', org: 'europol', digest, entries: parts });
    const asReport = verifyReport(frames.record.decode(bytes), { directory, now });
    await expect(asReport).rejects.toMatchObject({ code: 'token-malformed' });
  });

  test('with a malformed part, or with none, is refused', async () => {
    const broken = [
      { ...parts[0], entry: 'x' },
      { ...parts[0], more: 1 },
      { ...parts[0], type: 'notice' },
    ];
    for (const one of broken) {
      const entries = [one] as unknown as readonly QuarantinedPart[];
      const { bytes } = await signQuarantine({ org: europol, frame, entries }, recording());
      await expect(read(bytes)).rejects.toMatchObject({ code: 'contract-unknown' });
    }
    const { bytes } = await signQuarantine({ org: europol, frame, entries: [] }, recording());
    await expect(read(bytes)).rejects.toMatchObject({ code: 'token-malformed' });
  });
});
