import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createChance } from '../../../services/shared/kernel/chance.js';
import { makeRogue, type Rogue, type RogueFrame } from '../../../services/simulator/rogue-frames.js';
import { connectAs } from '../../../services/shared/bus/connect.js';
import { publishOnce } from '../../../services/shared/bus/publish.js';
import { parseOrgId } from '../../../services/shared/kernel/ids.js';
import { parseDraft } from '../../../services/shared/notice/draft.js';
import { projectRoot } from '../../../services/shared/runtime/root.js';
import { readSigner } from '../../../services/shared/trust/keys.js';
import { readSecret } from '../../../services/shared/trust/secret-file.js';
import { subjects } from '../../../services/shared/wire/subjects.js';
import type { TestFederation } from '../federation.js';

const [EUROPOL, AFRIPOL] = [parseOrgId('europol'), parseOrgId('afripol')];

/** Publishes what an attacker with europol's stolen nkey and keys could put into its OUT. */
export async function publishRogue(
  { home, run }: Pick<TestFederation, 'home' | 'run'>,
  kind: Rogue,
): Promise<RogueFrame> {
  const example = readFileSync(join(projectRoot, 'proto/examples/red.json'), 'utf8');
  const frame = await makeRogue(kind, {
    org: EUROPOL,
    signer: await readSigner(home.org(EUROPOL, 'notice.jwk')),
    other: AFRIPOL,
    otherSigner: await readSigner(home.org(AFRIPOL, 'notice.jwk')),
    federation: 'demo',
    draft: parseDraft(JSON.parse(example)),
    now: new Date(),
    chance: createChance(1),
  });
  const seed = readSecret(home.org(EUROPOL, 'gateway.nk'));
  const bus = await connectAs({ servers: run().nats, seed, role: 'gateway', name: 'rogue' });
  await publishOnce(bus, { subject: subjects.out('submission', frame.frame), bytes: frame.bytes });
  await bus.close();
  return frame;
}
