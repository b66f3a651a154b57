import { isCode } from '../../../shared/kernel/errors.js';
import { type PolicyBundle, readBundle } from '../../../shared/policy/adopted/bundle.js';
import { SCHEMA_FILE } from '../../../shared/policy/schema.js';
import type { Home } from '../../../shared/runtime/home.js';
import { digest, hexDigest, hexOfDigest } from '../../../shared/trust/digest.js';
import { parseFederation } from '../../../shared/trust/directory-source.js';
import { readDirectory } from '../../../shared/trust/read-directory.js';
import { judgeFolder } from '../../../shared/workbench/gate/judge-folder.js';
import type { IsRecorded } from '../../../shared/workbench/gate/schema-fit.js';
import type { GateVerdict } from '../../../shared/workbench/gate/verdict.js';
import { requireRunning } from '../../home/run-file.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';
import type { Output } from '../../terminal/output.js';
import type { Call } from '../../verb.js';
import { recordedNotices } from '../diff/recorded-notices.js';
import type { AdoptOptions } from './adopt-options.js';
import { exitCodeOfFindings } from './exit-code-of-findings.js';
import { fetchAdopted } from './fetch-bundle.js';
import { findingTable } from './finding-table.js';
import { recordedUse } from './recorded-use.js';

/** Digests of bundles, 64 hex digits; `adopted` is null while none is adopted. */
interface Digests {
  readonly adopted: string | null;
  readonly folder: string;
}

/**
 * Judges the folder as the routers would, against the bundle that they adopted, and shows the verdict.
 * Changes nothing. Throws `policy-invalid` for a folder that does not load, and as `fetchAdopted` does.
 */
export async function judgeHere({ options, home, output }: Call<AdoptOptions>): Promise<ExitCode> {
  const { policies: folder } = options;
  const directory = await readDirectory(home);
  const read = readBundle(folder, [...directory.organisations.keys()], digest);
  const bundle = await fetchAdopted(home, requireRunning(home)).catch((thrown: unknown) => missing(thrown));
  if (bundle === MISSING) return showMissing(hexOfDigest(read.digest), output);
  const { verdict } = await judgeFolder(folder, {
    adopted: bundle && { bundle, directory, loadedFor: directory, isProven: true },
    directory,
    isRecorded: await isRecordedFor(home, read, bundle),
    parseDirectory: parseFederation,
    today: new Date().toISOString().slice(0, 10),
    digest,
    hexDigest,
  });
  const adopted = bundle === undefined ? null : hexOfDigest(bundle.digest);
  return show(verdict, { adopted, folder: hexOfDigest(read.digest) }, output);
}

const MISSING = 'policies-missing';

function missing(thrown: unknown): typeof MISSING {
  if (isCode(thrown, MISSING)) return MISSING;
  throw thrown;
}

function showMissing(folder: string, output: Output): ExitCode {
  output.show({ adopt: false, code: MISSING, adopted: null, folder }, () =>
    [
      `no router has the policies that the ledger names, so the folder is not compared with them: ${folder}`,
      output.paint.dim('what to do: docs/operate/alarms.md#policies-that-no-router-has'),
    ].join('\n'),
  );
  return EXIT.no;
}

/** Reads the recorded notices only if the schema changes. */
async function isRecordedFor(
  home: Home,
  saved: PolicyBundle,
  adopted: PolicyBundle | undefined,
): Promise<IsRecorded> {
  const isSame = adopted?.files.get(SCHEMA_FILE) === saved.files.get(SCHEMA_FILE);
  if (isSame || adopted === undefined) return () => false;
  return recordedUse(recordedNotices(home));
}

function show(verdict: GateVerdict, digests: Digests, output: Output): ExitCode {
  const findings = verdict.adopt ? verdict.notes : verdict.findings;
  output.show({ adopt: verdict.adopt, ...digests, findings }, () => {
    const table = findings.length === 0 ? [] : [findingTable(findings, output)];
    return [words(verdict, digests), ...table].join('\n');
  });
  return verdict.adopt ? EXIT.yes : exitCodeOfFindings(findings);
}

function words({ adopt }: GateVerdict, { adopted, folder }: Digests): string {
  if (!adopt) return `the folder would not be adopted: ${folder}`;
  if (adopted === folder) return `the folder is adopted: ${folder}`;
  const against = adopted === null ? 'no policies are adopted yet' : `in place of ${adopted.slice(0, 12)}`;
  return `the folder would be adopted: ${folder}, ${against}`;
}
