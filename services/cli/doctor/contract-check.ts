import { readDirectory } from '../../shared/trust/read-directory.js';
import { judgeRaise } from '../hub/judge-raise.js';
import { inForce, readSpeakers } from '../hub/read-speakers.js';
import { speakerText } from '../hub/hub-contract.js';
import { bad, ok, running } from './check.js';

/** Checks that every member in force and every process of the hub speak the contract of the hub; names those that speak a newer one. */
export const contract = running('contract', async ({ home, run }) => {
  const directory = await readDirectory(home);
  const { contract: written } = directory.hub;
  // A silent process is reported by another check.
  const speakers = inForce(await readSpeakers(directory, run)).filter((one) => one.contract !== null);
  const behind = speakers.filter((one) => (one.contract ?? 0) < written);
  if (behind.length > 0)
    return bad(
      `contract ${written} of the hub is not spoken by ${behind.map(speakerText).join(', ')}`,
      'liaison hub contract   # shows who speaks which; update those',
    );
  const verdict = judgeRaise(written, speakers);
  if (verdict.type === 'raise')
    return ok(
      `all ${speakers.length} members and processes speak contract ${verdict.to}: \`hub contract raise\` lets the hub write it instead of ${written}`,
    );
  const newer = speakers.filter((one) => (one.contract ?? 0) > written).map(speakerText);
  const more = newer.length === 0 ? '' : `; a newer one too: ${newer.join(', ')}`;
  return ok(
    `the hub writes contract ${written}, which all ${speakers.length} members and processes speak${more}`,
  );
});
