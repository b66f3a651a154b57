import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { readBundle } from '../../../../services/shared/policy/adopted/bundle.js';
import { type DirectoryFacts, readFacts } from '../../../../services/shared/policy/facts.js';
import { parseFederation } from '../../../../services/shared/trust/directory-source.js';
import { digest, hexDigest } from '../../../../services/shared/trust/digest.js';
import { type GateDeps, judgeFolder } from '../../../../services/shared/workbench/gate/judge-folder.js';
import type { GateFinding, GateVerdict } from '../../../../services/shared/workbench/gate/verdict.js';
import { folder as sample } from '../../../policies/sample.js';

const TODAY = '2027-03-01';

/** A copy of the sample policies that is edited, and judged against the sample. */
export interface Edited {
  readonly folder: string;
  read(path: string): string;
  write(path: string, text: string): void;
  /** Replaces a part of a file; throws when the file does not contain it. */
  change(path: string, part: string, instead: string): void;
  judge(options?: Partial<GateDeps>): Promise<GateVerdict>;
}

/** Copies the sample policies, for one test. */
export function edited(): Edited {
  const folder = mkdtempSync(join(tmpdir(), 'gate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(sample, folder, { recursive: true });
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  return {
    folder,
    read,
    write,
    change: (path, part, instead) => {
      if (!read(path).includes(part)) throw new Error(`${path} does not contain ${part}`);
      write(path, read(path).replace(part, instead));
    },
    judge: (options = {}) => judgeAgainst(sample, folder, options),
  };
}

const SAMPLE = readFacts(sample);

/** Judges a folder against another one that decides now, both applied to the sample's directory. */
async function judgeAgainst(
  adopted: string,
  folder: string,
  options: Partial<GateDeps> = {},
): Promise<GateVerdict> {
  const { verdict } = await judgeFolder(folder, {
    adopted: adoptedFrom(adopted, SAMPLE),
    directory: SAMPLE,
    isRecorded: () => true,
    parseDirectory: parseFederation,
    today: TODAY,
    digest,
    hexDigest,
    ...options,
  });
  return verdict;
}

/** Judges the sample policies against themselves. */
export function judgeSample(): Promise<GateVerdict> {
  return judgeAgainst(sample, sample);
}

/** Returns the bundle of a folder as adopted for a directory. */
export function adoptedFrom(folder: string, directory: DirectoryFacts) {
  const bundle = readBundle(folder, [...directory.organisations.keys()], digest);
  return { bundle, loadedFor: directory, directory, isProven: true };
}

/** Returns the findings of a refused folder; throws when it is adopted. */
export function refusedFor(verdict: GateVerdict): readonly GateFinding[] {
  if (verdict.adopt) throw new Error('the folder is adopted');
  return verdict.findings;
}

/** Returns the ids that the findings ask approval of. */
export function idsIn(findings: readonly GateFinding[]): readonly string[] {
  return findings.flatMap(({ message }) => /approval of `([0-9a-f]{12})`/.exec(message)?.[1] ?? []);
}

/** Returns `approvals.yaml` with one approval for each id. */
export function approvalsOf(ids: readonly string[], until = '2099-12-31'): string {
  return ids
    .map(
      (id) =>
        `- { loosening: '${id}', approvedBy: [A. Example, B. Example], reason: test, until: ${until} }\n`,
    )
    .join('');
}
