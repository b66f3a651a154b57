import { detailsText, fail } from '../shared/kernel/errors.js';
import type { JudgeMessage, PassedFolder } from '../shared/policy/adopted/policy-judge.js';
import { type DirectoryFacts, directoryOf } from '../shared/policy/facts.js';
import { answerRequest } from '../shared/policy/load/ask-child.js';
import { namesIn, restrictTo } from '../shared/policy/load/active-snapshot.js';
import { loadBundle } from '../shared/policy/policies.js';
import { createRecordedWords } from '../shared/store/router/recorded-words.js';
import { digest, hexDigest } from '../shared/trust/digest.js';
import { parseFederation } from '../shared/trust/directory-source.js';
import { firstFindings } from '../shared/workbench/gate/first-findings.js';
import { judgeFolder } from '../shared/workbench/gate/judge-folder.js';
import type { GateFinding } from '../shared/workbench/gate/verdict.js';

/** How many findings about a refused folder are sent to the router; `policy adopt --dry-run` shows all. */
const MAX_FINDINGS = 8;

/** The child side of `createJudgeInChild`. */
answerRequest(async (message: JudgeMessage) => {
  const directory = directoryOf(message.members);
  if (message.type === 'load') return loadBundle(message.bundle.files, directory, { digest });
  return judge(message, directory);
});

async function judge(
  { folder, adopted, today, database }: Extract<JudgeMessage, { readonly type: 'judge' }>,
  directory: DirectoryFacts,
): Promise<PassedFolder> {
  const { verdict, loaded } = await judgeFolder(folder, {
    adopted: adopted && withPresentFacts(adopted, directory),
    directory,
    isRecorded: createRecordedWords(database),
    parseDirectory: parseFederation,
    today,
    digest,
    hexDigest,
  });
  if (verdict.adopt && loaded !== undefined) return { ...loaded, notes: firstFindings(verdict.notes) };
  throw refused(verdict.adopt ? [] : verdict.findings);
}

/** The adopted rules are applied to the present facts of the members and groups that they were loaded for. */
function withPresentFacts(
  { bundle, loadedFor, isProven }: NonNullable<Extract<JudgeMessage, { readonly type: 'judge' }>['adopted']>,
  directory: DirectoryFacts,
) {
  const own = directoryOf(loadedFor);
  return { bundle, loadedFor: own, directory: restrictTo(namesIn(own), directory), isProven };
}

function refused(findings: readonly GateFinding[]) {
  const details = findings.map(({ place, message }) => ({ path: place, message }));
  return fail('policy-refused', detailsText(details), details.slice(0, MAX_FINDINGS));
}
