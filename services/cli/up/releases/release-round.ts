import {
  type Detail,
  detailsText,
  errorFrom,
  isCode,
  type LiaisonError,
} from '../../../shared/kernel/errors.js';
import type { OrgId } from '../../../shared/kernel/ids.js';
import { LEDGER_OWNER } from '../../../shared/ledger/command-content.js';
import { digestOfFiles } from '../../../shared/ledger/release/release-files.js';
import type { ShownRelease } from '../../../shared/wire/shown-releases.js';
import { changeIdOf } from '../../../shared/workbench/diff/change-id.js';
import { whoseText } from '../../policy/release/release-file.js';
import { suggestedCommand } from '../../terminal/suggested-command.js';
import type { OwnerFiles } from './owner-files.js';
import { folderOf } from './owner-folder.js';

interface ReleaseRoundDeps {
  /** Reads what the folder has of each owner. */
  readonly read: () => Promise<readonly OwnerFiles[]>;
  /** Releases files without faults; resolves with undefined if they are in force. */
  readonly release: (own: OwnerFiles) => Promise<ShownRelease | undefined>;
  readonly say: (words: string) => void;
  readonly stopping: AbortSignal;
}

/** What became of the files of one owner. */
type End =
  | { readonly type: 'in-force' | 'refused'; readonly words: string }
  | { readonly type: 'unsound' | 'unchanged' | 'failed' | 'later'; readonly words?: string };

/**
 * Returns a function that reads the folder and releases the files of each owner that changed since it was called last. It resolves to
 * false where an owner must be tried again, and never rejects. What became of a change is said once, however often it is tried.
 */
export function createReleaseRound({ read, release, say, stopping }: ReleaseRoundDeps) {
  const handled = new Map<OrgId, string>();
  const sayOnce = createSayOnce(say);
  const tryOne = async (own: OwnerFiles): Promise<End['type']> => {
    const end = await endOf(own, release);
    if (stopping.aborted) return 'later';
    const content = contentOf(own);
    if (end.type !== 'later') handled.set(own.owner, content);
    sayOnce(own.owner, { words: end.words, content });
    return end.type;
  };
  const tryAll = async (owners: readonly OwnerFiles[]): Promise<boolean> => {
    const ends = new Map<OrgId, End['type']>();
    for (const own of owners)
      if (!stopping.aborted && handled.get(own.owner) !== contentOf(own))
        ends.set(own.owner, await tryOne(own));
    const refused = [...ends].filter(([, type]) => type === 'refused');
    if (![...ends.values()].includes('in-force') || refused.length === 0)
      return ![...ends.values()].includes('later');
    // A refusal may have had its cause in files of another owner that are replaced now, such as a schema without an attribute.
    for (const [owner] of refused) handled.delete(owner);
    return tryAll(owners);
  };
  return async (): Promise<boolean> => {
    const owners = await read().catch(errorFrom);
    if (owners instanceof Error) {
      sayOnce('folder', { words: `the folder of policies cannot be read: ${owners.message}` });
      return false;
    }
    return tryAll(owners);
  };
}

async function endOf(own: OwnerFiles, release: ReleaseRoundDeps['release']): Promise<End> {
  const whose = `the policies of ${whoseText({ org: own.owner })}`;
  if (own.faults.length > 0)
    return { type: 'unsound', words: `${whose} are not released: ${detailsText(own.faults)}` };
  const judged = await release(own).catch(errorFrom);
  if (judged === undefined) return { type: 'unchanged' };
  if (judged instanceof Error) {
    const type = mayPass(judged) ? 'later' : 'failed';
    return { type, words: `${whose} are not released${type === 'later' ? ' yet' : ''}: ${judged.message}` };
  }
  const version = `version ${judged.version} of ${whose}`;
  if (judged.state !== 'refused') return { type: 'in-force', words: `${version} is in force` };
  return { type: 'refused', words: `${version} is refused: ${reasonsText(own, judged)}` };
}

/** Describes the first finding, a loosening at the file in which its owner approves it, and how to see the others. */
function reasonsText({ owner }: OwnerFiles, { statement, findings = [] }: ShownRelease): string {
  const details = findings.map(({ place, message, loosening }): Detail => {
    if (loosening === undefined) return { path: place, message };
    const lacking = ` without approval of \`${changeIdOf(loosening)}\``;
    return { path: `${folderOf(owner)}/approvals.yaml`, message: `${message}${lacking}` };
  });
  const whose = owner === LEDGER_OWNER ? '--federation' : `--org ${owner}`;
  const more = `: \`${suggestedCommand(`policy show ${statement} ${whose}`)}\` shows all`;
  return `${detailsText(details)}${details.length > 1 ? more : ''}`;
}

const mayPass = (error: LiaisonError): boolean =>
  error.family === 'operational' || isCode(error, 'rate-limited');

/** Names all that decides about a release; equal for files that were tried before. */
function contentOf({ files, approved, faults }: OwnerFiles): string {
  return JSON.stringify([digestOfFiles(files), approved, faults]);
}

interface Sentence {
  readonly words: string | undefined;
  /** What the words are about; empty by default. */
  readonly content?: string;
}

/** Says a sentence about a subject unless it was the last one about the same content of it. */
function createSayOnce(say: (words: string) => void) {
  const last = new Map<string, string>();
  return (subject: string, { words, content = '' }: Sentence): void => {
    const all = JSON.stringify([content, words]);
    if (words !== undefined && last.get(subject) !== all) say(words);
    last.set(subject, all);
  };
}
