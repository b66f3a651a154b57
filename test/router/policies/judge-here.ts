import type { JudgeRequest, JudgeVerdict } from '../../../services/shared/policy/adopted/policy-judge.js';
import { membersByBundle } from '../../../services/shared/policy/adopted/bundle-facts.js';
import { parseFederation } from '../../../services/shared/trust/directory-source.js';
import { digest, hexDigest } from '../../../services/shared/trust/digest.js';
import { judgeFolder } from '../../../services/shared/workbench/gate/judge-folder.js';

/** Judges a folder as the child process of a router does. */
export async function judgeHere(request: JudgeRequest): Promise<JudgeVerdict> {
  const { folder, directory, adopted, today, hasFacts, signed } = request;
  const { verdict, loaded } = await judgeFolder(folder, {
    adopted: adopted && { ...adopted, directory: membersByBundle(adopted.bundle, directory) },
    directory,
    isRecorded: () => true,
    parseDirectory: parseFederation,
    today,
    ...(signed === undefined ? {} : { signed }),
    hasFacts: hasFacts === true,
    digest,
    hexDigest,
  });
  if (!verdict.adopt) return verdict;
  if (loaded === undefined) throw new Error('nothing was loaded');
  return { adopt: true, passed: { ...loaded, notes: [] } };
}
