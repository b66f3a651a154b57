import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bus } from '../../../services/shared/bus/connect.js';
import { publishLatest, publishNext } from '../../../services/shared/bus/publish.js';
import { fail } from '../../../services/shared/kernel/errors.js';
import type { OrgId } from '../../../services/shared/kernel/ids.js';
import { type ReportContent, signReport } from '../../../services/shared/ledger/record-sign.js';
import type { Recording } from '../../../services/shared/ledger/record-head.js';
import { openAppendFile } from '../../../services/shared/store/append/append-file.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import type { ComparedPart } from './parts-figures.js';
import type { Work } from '../rounds.js';

/** Records in one write. */
export const BATCHES = [1, 8, 64] as const;
/** Members that record at the same time. */
const MEMBERS = 3;

const PLAIN = 'publish a record, plainly';
const PLAIN_MANY = `plain publishes, ${MEMBERS} members at once`;

const part = (name: string, work: Work, more: Partial<ComparedPart> = {}): ComparedPart => {
  return { name, operations: 1, prepare: () => work, ...more };
};

/** Returns the parts that sign ledger records. */
export function signingParts(
  contentOf: (size: number) => ReportContent,
  recording: Recording,
): readonly ComparedPart[] {
  return [1, 64].map((size) => {
    const content = contentOf(size);
    const notices = size === 1 ? '1 notice' : `${size} notices`;
    return part(`sign a record of ${notices}`, () => signReport(content, recording), { to: PLAIN });
  });
}

/**
 * Returns the parts that compare the router's compare-and-set with unconditional publishes, for one member
 * and for several concurrently. The two use different members, as a plain publish would advance the expected
 * sequence.
 */
export function publishParts(core: Bus, orgs: readonly OrgId[], bytes: Uint8Array): readonly ComparedPart[] {
  const plain = orgs.slice(0, MEMBERS).map((org) => () => {
    return publishLatest(core, { subject: subjects.ledger(org), bytes });
  });
  const next = orgs.slice(MEMBERS, 2 * MEMBERS).map((org) => compareAndSet(core, org, bytes));
  const all =
    (works: readonly Work[]): Work =>
    () =>
      Promise.all(works.map((work) => work()));
  return [
    part(PLAIN, all(plain.slice(0, 1)), { to: fsyncName(1) }),
    part('publish a record with compare-and-set', all(next.slice(0, 1)), { to: PLAIN, headline: true }),
    part(PLAIN_MANY, all(plain), { operations: MEMBERS, to: PLAIN }),
    part(`compare-and-set, ${MEMBERS} members at once`, all(next), { operations: MEMBERS, to: PLAIN_MANY }),
  ];
}

function compareAndSet(core: Bus, org: OrgId, bytes: Uint8Array): Work {
  let expected = 0;
  return async () => {
    const stored = await publishNext(core, { subject: subjects.ledger(org), bytes, expected });
    if (typeof stored === 'string') throw fail('busy', `the ledger said \`${stored}\``);
    expected = stored.seq;
  };
}

export const appendName = (size: number): string => `append and fsync, batches of ${size}`;
export const fsyncName = (size: number): string => `bare write and fsync, batches of ${size}`;

/**
 * Returns the parts that compare the auditor's file with a bare write and fsync of the same bytes, per
 * record.
 */
export async function appendParts(
  folder: string,
  record: Uint8Array,
): Promise<{ readonly parts: readonly ComparedPart[]; readonly close: () => Promise<void> }> {
  const file = await openAppendFile(join(folder, 'bench.records'));
  const bare = await open(join(folder, 'bench.bare'), 'w');
  let end = 0;
  const parts = BATCHES.flatMap((size) => {
    const records = Array.from({ length: size }, () => record);
    const bytes = Buffer.concat(records);
    const write = async (): Promise<void> => {
      await bare.write(bytes, 0, bytes.length, end);
      await bare.datasync();
      end += bytes.length;
    };
    const append = {
      operations: size,
      to: fsyncName(size),
      ...(size === 64 ? { headline: true as const } : {}),
    };
    return [
      part(fsyncName(size), write, { operations: size }),
      part(appendName(size), () => file.append(records), append),
    ];
  });
  const close = async (): Promise<void> => {
    await file.close();
    await bare.close();
  };
  return { parts, close };
}
