import { membersByBundle } from '../shared/policy/adopted/bundle-facts.js';
import {
  type JudgeMessage,
  type JudgeVerdict,
  MAX_JUDGE_FINDINGS,
} from '../shared/policy/adopted/policy-judge.js';
import { type DirectoryFacts, directoryOf } from '../shared/policy/facts.js';
import { answerRequest } from '../shared/policy/load/ask-child.js';
import { namesIn, restrictTo } from '../shared/policy/load/active-snapshot.js';
import { loadBundle } from '../shared/policy/policies.js';
import { createRecordedWords } from '../shared/store/router/recorded-words.js';
import { digest, hexDigest } from '../shared/trust/digest.js';
import { parseFederation } from '../shared/trust/directory-source.js';
import { firstFindings } from '../shared/workbench/gate/first-findings.js';
import { judgeFolder } from '../shared/workbench/gate/judge-folder.js';

/** The most characters of a finding: a place in a file, or what is wrong there. */
const MAX_TEXT = 250;

/** The child side of `createJudgeInChild`. */
answerRequest(async (message: JudgeMessage) => {
  const directory = directoryOf(message.members);
  if (message.type === 'load') return loadBundle(message.bundle.files, directory, digest);
  return judge(message, directory);
});

async function judge(
  { folder, adopted, today, database, signed, hasFacts }: Extract<JudgeMessage, { readonly type: 'judge' }>,
  directory: DirectoryFacts,
): Promise<JudgeVerdict> {
  const { verdict, loaded } = await judgeFolder(folder, {
    adopted: adopted && withPresentFacts(adopted, directory),
    directory,
    isRecorded: createRecordedWords(database),
    parseDirectory: parseFederation,
    today,
    ...(signed === undefined ? {} : { signed }),
    hasFacts,
    digest,
    hexDigest,
  });
  if (verdict.adopt && loaded !== undefined)
    return { adopt: true, passed: { ...loaded, notes: firstFindings(verdict.notes) } };
  const findings = verdict.adopt ? [] : verdict.findings.slice(0, MAX_JUDGE_FINDINGS);
  return {
    adopt: false,
    findings: findings.map(({ place, message, loosening }) => ({
      place: place.slice(0, MAX_TEXT),
      message: message.slice(0, MAX_TEXT),
      ...(loosening === undefined ? {} : { loosening }),
    })),
  };
}

/**
 * Returns the adopted policies with the facts of their bundle, or without these with those of the directory, each about the members
 * and groups that they were loaded for.
 */
function withPresentFacts(
  { bundle, loadedFor, isProven }: NonNullable<Extract<JudgeMessage, { readonly type: 'judge' }>['adopted']>,
  directory: DirectoryFacts,
) {
  const own = directoryOf(loadedFor);
  const facts = membersByBundle(bundle, directory);
  return { bundle, loadedFor: own, directory: restrictTo(namesIn(own), facts), isProven };
}
