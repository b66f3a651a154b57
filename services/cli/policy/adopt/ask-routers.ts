import { setTimeout as delay } from 'node:timers/promises';
import { fail } from '../../../shared/kernel/errors.js';
import { type EntryId, parseEntryId } from '../../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { readBundle } from '../../../shared/policy/adopted/bundle.js';
import { digest, hexOfDigest, isDigest } from '../../../shared/trust/digest.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import { requireRunning, type RunFile } from '../../home/run-file.js';
import { sendCommand } from '../../quarantine/send-command.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';
import type { Call } from '../../verb.js';
import type { AdoptOptions } from './adopt-options.js';
import { judgeHere } from './judge-here.js';
import { readAdoptions } from './read-adoptions.js';

/**
 * Signs the command that makes the routers judge the folder, or take a baseline, and shows its result. One
 * router carries the command out and records it; the others read the same folder and the same ledger. Throws
 * `usage` for a bad digest, and the errors of `sendCommand`.
 */
export async function askRouters(call: Call<AdoptOptions>): Promise<ExitCode> {
  const { options, home, output, stopping } = call;
  const { baseline, reason, key } = options;
  const run = requireRunning(home);
  const entry = baseline === undefined ? await digestOfFolder(call) : parsePolicyDigest(baseline);
  const { outcome, code } = await sendCommand({
    home,
    key,
    entry: { org: LEDGER_OWNER, entry },
    ...(reason === undefined ? { verb: 'adopt' } : { verb: 'baseline', note: reason }),
    stopping,
    say: output.note,
  });
  if (outcome !== 'adopted') {
    output.note(refusedText(entry, code));
    // The router answers with the code alone: judging here shows every finding.
    if (code === 'policy-refused') return judgeHere(call);
    output.show({ adopt: false, folder: entry, code }, () => '');
    return EXIT.no;
  }
  const behind = await routersBehind(run, entry, stopping);
  output.show({ adopt: true, adopted: entry, routersBehind: behind }, () => `adopted ${entry}`);
  if (behind.length === 0) return EXIT.yes;
  output.note(`not adopted yet by ${behind.join(' ')}: look at their policies in \`status\``);
  return EXIT.no;
}

/** The reason of a refused command, by its code. */
const REFUSALS: Readonly<Record<string, string>> = {
  'digest-mismatch': 'the router reads another folder than this command: name its folder with `--policies`',
  forbidden: 'a baseline is only taken while the policies that the ledger names are missing',
  'not-yet':
    'another router may still have the missing policies, and would archive them within half a minute: ask again then',
  'timed-out': 'the router still judges the folder and adopts it if it passes: `status` shows when',
  'policies-missing': 'neither the folder of the router nor the auditor has this bundle',
  'policy-refused': 'the folder does not pass the policy gate',
};

function refusedText(entry: EntryId, code: string | null): string {
  return `the router does not adopt ${entry}: ${REFUSALS[code ?? ''] ?? 'see its log'} [${code ?? ''}]`;
}

async function digestOfFolder({ options, home }: Call<AdoptOptions>): Promise<EntryId> {
  const members = [...(await readDirectory(home)).organisations.keys()];
  return parseEntryId(hexOfDigest(readBundle(options.policies, members, digest).digest));
}

/** Reads a digest in hex, as `status` shows it, or in base64url, as records name it. Throws `usage`. */
function parsePolicyDigest(text: string): EntryId {
  if (isDigest(text)) return parseEntryId(hexOfDigest(text));
  if (/^[0-9a-f]{64}$/.test(text)) return parseEntryId(text);
  throw fail(
    'usage',
    '`--baseline` must be a whole digest: 64 hex digits, as `policy adopt --dry-run` prints them',
  );
}

const OTHERS_TIMEOUT_MS = 10_000;
const POLL_INTERVAL_MS = 200;

/**
 * Waits until every router has adopted the bundle; returns the names of those that have not within ten
 * seconds.
 */
async function routersBehind(
  run: RunFile,
  entry: EntryId,
  stopping: AbortSignal,
): Promise<readonly string[]> {
  for (const end = Date.now() + OTHERS_TIMEOUT_MS; ; ) {
    const adoptions = [...(await readAdoptions(run))];
    const behind = adoptions.filter(([, one]) => one?.adopted !== entry).map(([name]) => name);
    if (behind.length === 0 || Date.now() > end || stopping.aborted) return behind;
    await delay(POLL_INTERVAL_MS);
  }
}
