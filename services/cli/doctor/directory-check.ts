import type { Directory } from '../../shared/trust/directory.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { newestCopy } from '../init/newest-directory.js';
import { quoted } from '../terminal/suggested-command.js';
import { isComposed, type RunFile } from '../home/run-file.js';
import {
  bad,
  type Check,
  type CheckFinding,
  isMade,
  ok,
  type CheckContext,
  skip,
  startAgain,
  tailLine,
} from './check.js';
import { statusOnce } from './status-once.js';

const DAY_MS = 86_400_000;
/** A new version is in force after 5 s; after so long somebody does not take it. */
const TAKEN_MS = 10_000;

/** The file is good, nobody holds a newer one, and whoever runs has taken it. */
export const directory: Check = {
  name: 'directory',
  look: async (patient) => {
    if (!isMade(patient)) return skip('the home is not initialised');
    const { run, now } = patient;
    const opened = await readDirectory(patient.home);
    const { version, nextUpdate, issuedAt } = opened;
    const other =
      (await olderThanKept(opened, patient)) ?? (run && (await otherThanHeld(opened, { ...patient, run })));
    if (other !== undefined) return other;
    if (nextUpdate <= now)
      return bad(
        `version ${version} should have been replaced ${nextUpdate.toISOString()}`,
        startAgain({ run }, 'it signs a new one when it starts'),
      );
    const days = ((now.getTime() - issuedAt.getTime()) / DAY_MS).toFixed(1);
    return ok(`version ${version}, ${days} days old, good until ${nextUpdate.toISOString().slice(0, 10)}`);
  },
};

/** Of what the processes of this home keep, whether they run or not. */
async function olderThanKept(
  { version }: Directory,
  { home, run }: Pick<CheckContext, 'home' | 'run'>,
): Promise<CheckFinding | undefined> {
  const copy = await newestCopy(home);
  if (copy === undefined || copy.directory.version <= version) return undefined;
  const words = `version ${version} was put back: version ${copy.directory.version} was in force already`;
  if (isComposed(run))
    return bad(words, 'docker compose up -d init   # it signs the next version after that');
  return bad(words, `cp ${quoted(copy.path)} ${quoted(home.directory)}`);
}

/** Of what decides now, here or elsewhere. */
async function otherThanHeld(
  { version, issuedAt }: Directory,
  { home, run, now }: CheckContext & { readonly run: RunFile },
): Promise<CheckFinding | undefined> {
  const { processes } = await statusOnce(run);
  const newer = processes.find(({ directory: held }) => held !== null && held > version);
  if (newer !== undefined)
    return bad(
      `version ${version} is older than version ${newer.directory} that ${newer.process} holds`,
      `cp directory.jws ${quoted(home.directory)}   # ask for the one that ${newer.process} keeps beside its keys`,
    );
  if (now.getTime() - issuedAt.getTime() < TAKEN_MS) return undefined;
  const older = processes.filter(({ directory: held }) => held !== null && held < version);
  const [first] = older;
  if (first === undefined) return undefined;
  const names = older.map(({ process, directory: held }) => `${process} (version ${held})`);
  return bad(
    `version ${version} is not taken by ${names.join(', ')}`,
    tailLine({ home, run }, first.process),
  );
}
