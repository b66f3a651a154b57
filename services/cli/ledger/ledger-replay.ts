import { join } from 'node:path';
import { parseOrgId } from '../../shared/kernel/ids.js';
import { readOpen } from '../../shared/kernel/read-open.js';
import { readRecord } from '../../shared/ledger/record.js';
import { digest } from '../../shared/trust/digest.js';
import { type Directory, openDirectory } from '../../shared/trust/directory.js';
import { readAnchor, readDirectory } from '../../shared/trust/read-directory.js';
import { createPoliciesOf } from '../../shared/workbench/replay/deciding-policies.js';
import type { ReplaySummary } from '../../shared/workbench/replay/findings.js';
import { replayLedger } from '../../shared/workbench/replay/replay-ledger.js';
import { requireMembers } from '../home/require-members.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { parseList, parsePast } from '../terminal/parse-options.js';
import type { Call, Verb } from '../verb.js';
import { createRecordProgress } from './record-progress.js';
import { bundlesIn, bundlesOfAuditor, type FetchBundle } from './replay/archived-bundles.js';
import { findingText, summaryText } from './replay/finding-lines.js';
import { openLedgerSource, type ReplaySource } from './replay/ledger-source.js';
import { openOwnSource } from './replay/own-source.js';

interface ReplayOptions {
  readonly own?: string;
  readonly policies?: string;
  readonly directory?: readonly string[];
  readonly since?: Date;
  readonly until?: Date;
}

export const verb: Verb<ReplayOptions> = {
  configure: (command) =>
    command
      .option(
        '--own <organisation>',
        "only this organisation's reports, from its gateway, with its lists of recipients",
      )
      .option(
        '--policies <folder>',
        "a copy of the auditor's archive of policies (default: that archive; with `--own` the auditor)",
      )
      .option(
        '--directory <files>',
        'earlier versions of the signed directory, separated by commas',
        parseList,
      )
      .option('--since <time>', 'only records made at or after this time; `7d` is seven days ago', parsePast)
      .option('--until <time>', 'only records made before this time', parsePast),
  examples: [
    ['ledger replay', 'decides every report of the ledger again, by the policies that it names'],
    [
      'ledger replay --own europol --since 7d',
      "an originator's own reports, its lists of recipients included",
    ],
  ],
  run: async (call) => {
    const { options, home, output, stopping } = call;
    await requireMembers(home, options.own === undefined ? [] : [options.own]);
    const newest = await readDirectory(home);
    const directories = [newest, ...(await earlierDirectories(call))];
    const source = sourceOf(call, newest);
    const progress = createRecordProgress({
      output,
      stopping,
      work: 'the replay',
      now: () => performance.now(),
    });
    try {
      const summary = await replayLedger({
        ...source,
        verify: (bytes) => readRecord(bytes, { directory: newest, ...ANY_TIME }),
        policies: createPoliciesOf({ fetchBundle: fetchBundleOf(call), directories, digest }),
        since: options.since?.getTime(),
        until: options.until?.getTime(),
        onFinding: (finding) => {
          progress.end();
          output.show(finding, () => findingText(finding, output));
        },
        onProgress: progress.show,
      });
      progress.end();
      output.show({ summary }, () => summaryText(summary, output));
      return exitCodeOfReplay(summary);
    } finally {
      source.close();
    }
  },
};

/** The auditor judged times and revocations when it kept the record. */
const ANY_TIME = { now: new Date(8.64e15), recorded: new Date(0) } as const;

function earlierDirectories({ options, home }: Call<ReplayOptions>): Promise<readonly Directory[]> {
  const anchor = readAnchor(home);
  return Promise.all((options.directory ?? []).map((path) => openDirectory(readOpen(path), anchor)));
}

function sourceOf({ options: { own }, home }: Call<ReplayOptions>, directory: Directory): ReplaySource {
  if (own === undefined) return openLedgerSource(home.auditorData);
  const org = parseOrgId(own);
  return openOwnSource({ org, database: home.org(org, 'gateway.db'), directory });
}

function fetchBundleOf({ options: { own, policies }, home }: Call<ReplayOptions>): FetchBundle {
  if (policies !== undefined) return bundlesIn(policies);
  return own === undefined ? bundlesIn(join(home.auditorData, 'policies')) : bundlesOfAuditor(home);
}

function exitCodeOfReplay(summary: ReplaySummary): ExitCode {
  if (summary['decision-differs'] + summary['stale-release'] > 0) return EXIT.no;
  return summary.incomplete ? EXIT.incomplete : EXIT.yes;
}
