import { counted } from '../../shared/wire/counted.js';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { scanAppendFile } from '../../shared/store/append/scan-file.js';
import { requireHomeContract } from '../../shared/trust/home-contract.js';
import { keptNotes } from '../../shared/verify/ledger-export/kept-checkpoints.js';
import { verifyExport } from '../../shared/verify/ledger-export/verify-export.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { parseList } from '../terminal/parse-options.js';
import type { Call, Verb } from '../verb.js';
import { believesText, verificationText } from '../verify/verification-text.js';
import {
  addVerifierOptions,
  readArgument,
  readVerifier,
  type VerifierOptions,
} from '../verify/verify-options.js';
import { folderReader } from './export/read-export.js';
import { createRecordProgress } from './record-progress.js';

interface LedgerVerifyOptions extends VerifierOptions {
  readonly checkpoint?: readonly string[];
}

export const verb: Verb<LedgerVerifyOptions> = {
  anyHome: true,
  configure: (command) =>
    addVerifierOptions(
      command.argument('[folder]', "an export of a ledger (default: the auditor's own file of the home)"),
    ).option(
      '--checkpoint <files>',
      'files kept from earlier, separated by commas: checkpoints, proofs or packs that the export must agree with',
      parseList,
    ),
  examples: [
    ['ledger verify', "reads the auditor's whole file and checks every record of it"],
    [
      'ledger verify export --root root.pub.jwk --witnesses witness-policy',
      'a line for each claim of an export, without a home, an auditor or a network',
    ],
  ],
  run: (call) => (call.args[0] === undefined ? verifyOwnFile(call) : verifyFolder(call, call.args[0])),
};

async function verifyOwnFile({
  home,
  options,
  output,
  stopping,
}: Call<LedgerVerifyOptions>): Promise<ExitCode> {
  if (Object.keys(options).some((name) => name !== 'home' && name !== 'json'))
    throw fail('usage', 'these options verify an export: name its folder');
  requireHomeContract(home);
  const path = join(home.auditorData, 'records');
  if (!existsSync(path)) throw fail('not-found', `no file of an auditor at \`${path}\``);
  const segments = new Set<string>();
  let records = 0;
  for await (const { segment } of scanAppendFile(path)) {
    if (stopping.aborted) throw fail('busy', 'the check was stopped');
    segments.add(segment);
    records += 1;
  }
  const found = { records, segments: segments.size };
  output.show(
    found,
    () => `${counted(records, 'record')} in ${counted(segments.size, 'segment')}: all sound`,
  );
  return EXIT.yes;
}

async function verifyFolder(
  { home, options, output, stopping }: Call<LedgerVerifyOptions>,
  folder: string,
): Promise<ExitCode> {
  if (!existsSync(folder)) throw fail('not-found', `no folder \`${folder}\``);
  const verifier = await readVerifier(options, home);
  const kept = (options.checkpoint ?? []).flatMap((path) => keptNotes(readArgument(path)));
  const progress = createRecordProgress({
    output,
    stopping,
    work: 'the check',
    now: () => performance.now(),
  });
  const lines = await verifyExport(folderReader(folder), { ...verifier, kept, onProgress: progress.show });
  progress.end();
  const verified = { kind: 'ledger-export', holds: lines.every(({ ok }) => ok !== false), lines };
  const believes = believesText(options.witnesses !== undefined && verified.holds);
  output.show({ believes, ...verified }, () => verificationText(verified, believes, output));
  return verified.holds ? EXIT.yes : EXIT.no;
}
