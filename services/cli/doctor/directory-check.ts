import type { Directory } from '../../shared/trust/directory.js';
import { readDirectory } from '../../shared/trust/read-directory.js';
import { newestCopy } from '../init/newest-directory.js';
import { quoted } from '../terminal/suggested-command.js';
import { type GatewayRunFile, isComposed } from '../home/run-file.js';
import {
  bad,
  type Check,
  type CheckFinding,
  isHomeReady,
  ok,
  type CheckContext,
  skip,
  restartCommand,
  logCommand,
} from './check.js';
import { statusOnce } from './status-once.js';

const DAY_MS = 86_400_000;
/** Processes use a new version after 5 s; a version older than this must be in use everywhere. */
const IN_USE_WITHIN_MS = 10_000;

/** Checks that the directory is valid, that no process holds a newer version, and that running processes use it. */
export const directory: Check = {
  name: 'directory',
  look: async (context) => {
    if (!isHomeReady(context)) return skip('the home is not initialised');
    const { run, now } = context;
    const opened = await readDirectory(context.home);
    const { version, nextUpdate } = opened;
    const other =
      (await olderThanKept(opened, context)) ?? (run && (await otherThanHeld(opened, { ...context, run })));
    if (other !== undefined) return other;
    if (nextUpdate <= now)
      return bad(
        `version ${version} was due to be replaced at ${nextUpdate.toISOString()}`,
        restartCommand(context, 'it signs a new one at its start'),
      );
    return ok(ageOfVersion(opened, now));
  },
};

/** Describes a version, with its age and its end. */
export function ageOfVersion({ version, issuedAt, nextUpdate }: Directory, now: Date): string {
  const days = ((now.getTime() - issuedAt.getTime()) / DAY_MS).toFixed(1);
  return `version ${version}, ${days} days old, good until ${nextUpdate.toISOString().slice(0, 10)}`;
}

/** Compares the file with the newest version that a process of this home kept, running or not. */
async function olderThanKept(
  { version }: Directory,
  { home, run }: Pick<CheckContext, 'home' | 'run'>,
): Promise<CheckFinding | undefined> {
  const copy = await newestCopy(home);
  if (copy === undefined || copy.directory.version <= version) return undefined;
  const words = `version ${version} is older than version ${copy.directory.version}, which was already in force`;
  if (isComposed(run))
    return bad(words, 'docker compose up -d init   # it signs the next version after that');
  return bad(words, `cp ${quoted(copy.path)} ${quoted(home.directory)}`);
}

/** Compares the file with the versions that the running processes use. */
async function otherThanHeld(
  { version, issuedAt }: Directory,
  { home, run, now }: CheckContext & { readonly run: GatewayRunFile },
): Promise<CheckFinding | undefined> {
  const { processes } = await statusOnce(run);
  const newer = processes.find(({ directory: held }) => held !== null && held > version);
  if (newer !== undefined)
    return bad(
      `version ${version} is older than version ${newer.directory} that ${newer.process} holds`,
      `cp directory.frame ${quoted(home.directory)}   # get the copy that ${newer.process} keeps beside its keys`,
    );
  if (now.getTime() - issuedAt.getTime() < IN_USE_WITHIN_MS) return undefined;
  const older = processes.filter(({ directory: held }) => held !== null && held < version);
  const [first] = older;
  if (first === undefined) return undefined;
  const names = older.map(({ process, directory: held }) => `${process} (version ${held})`);
  return bad(
    `version ${version} is not used by ${names.join(', ')}`,
    logCommand({ home, run }, first.process),
  );
}
