import { type Draft, parseDraft } from '../../../services/shared/notice/draft.js';
import type { Federation } from '../../../services/cli/up/federation.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import type { Growing } from './growth-routed.js';
import { inOwnFederation } from '../own-federation.js';
import { exampleDraft } from '../examples.js';
import { prepare } from '../prepare.js';
import { measureRouted, type RoutedRow } from './routed-row.js';

export interface SizeRow extends RoutedRow {
  /** Header and sections as JSON. */
  readonly kib: number;
  /**
   * The length of the signed notice, which adds 20 digests and a salt for each section, and encodes twice as
   * base64.
   */
  readonly signedBytes: number;
}

/** Limits the notices of one size, as signed notices stay in memory and the broker stores those in flight. */
const MAX_BYTES = 48 * 1024 * 1024;
const FRAME = 64;

/**
 * Measures each size of notice in a new federation; all notices have one kind and are addressed to all
 * members.
 */
export async function growSizes(growing: Growing, sizes: readonly number[]): Promise<readonly SizeRow[]> {
  const rows: SizeRow[] = [];
  for (const kib of sizes) rows.push(await measureSize(growing, kib));
  return rows;
}

function measureSize({ call, notices, say }: Growing, kib: number): Promise<SizeRow> {
  const measure = async (federation: Federation): Promise<SizeRow> => {
    const { home, orgs } = federation;
    const directory = await readDirectory(home);
    const most = Math.min(notices, Math.floor(MAX_BYTES / (kib * 1024)));
    say(`${kib} KiB of content, ${most} notices`);
    const draft = draftOf(kib * 1024);
    const count = Math.ceil(most / orgs.length);
    const prepared = await prepare(home, directory, { count, draftsOf: () => [draft] });
    const load = { federation: directory.federation, prepared, largest: FRAME, say };
    const row = await measureRouted(federation, load);
    return { kib, signedBytes: prepared[0]?.notices[0]?.length ?? 0, ...row };
  };
  return inOwnFederation(call, measure, { without: ['gateways', 'console'] });
}

const WORDS = 'the facts and the persons are invented; ';

/** Returns a draft of this length in bytes. Throws `schema-invalid` for a length below that of its header. */
function draftOf(bytes: number): Draft {
  const { header } = exampleDraft('orange');
  const withText = (text: string): object => ({
    header: { ...header, classification: 'basic' },
    sections: { threat: { level: 'high', description: 'invented' }, narrative: { text } },
  });
  const missing = bytes - JSON.stringify(withText('')).length;
  return parseDraft(withText(WORDS.repeat(Math.ceil(missing / WORDS.length)).slice(0, missing)));
}
