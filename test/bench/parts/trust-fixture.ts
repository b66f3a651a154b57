import type { Home } from '../../../services/shared/runtime/home.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import { readSigner, type Signer } from '../../../services/shared/trust/keys.js';
import { initDemo } from '../../../services/cli/init/init-demo.js';
import { temporaryHome } from '../../../services/cli/up/prepare-home.js';
import { readDirectory } from '../../../services/shared/trust/read-directory.js';
import { prepare, type Prepared } from '../prepare.js';

/** A federation's keys and some notices of one member, without any process. */
export interface TrustFixture {
  readonly home: Home;
  readonly directory: Directory;
  /** Originator of the notices. */
  readonly prepared: Prepared;
  /** The router's signing key. */
  readonly hub: Signer;
  readonly remove: () => void;
}

/** Creates the keys and the notices in a temporary home, which `remove` removes. */
export async function makeTrustFixture(count: number): Promise<TrustFixture> {
  const { home, remove } = temporaryHome();
  try {
    await initDemo(home);
    const directory = await readDirectory(home);
    const [prepared] = await prepare(home, directory, { count });
    if (prepared === undefined) throw new Error('no organisation');
    return { home, directory, prepared, hub: await readSigner(home.hub('router', 'hub.jwk')), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
