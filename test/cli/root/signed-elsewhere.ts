import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHub } from '../../../services/cli/hub/prepare-hub.js';
import { newestDirectory, readFederation } from '../../../services/cli/init/home-directory.js';
import { createSite } from '../../../services/cli/org/create-site.js';
import { acceptChanges } from '../../../services/cli/root/ask-root.js';
import { openRootRequest } from '../../../services/cli/root/root-request.js';
import { examineRootRequest, readRootKey, signRootRequest } from '../../../services/cli/root/sign-request.js';
import { type Home, homeAt } from '../../../services/shared/runtime/home.js';
import { shippedPolicies } from '../../../services/shared/runtime/root.js';
import {
  askForApproverKey,
  askForNextKey,
  readHeldKey,
} from '../../../services/shared/trust/directory/ask-for-keys.js';
import type { Directory } from '../../../services/shared/trust/directory.js';
import type { KeyUse } from '../../../services/shared/trust/kid.js';
import { EUROPOL, listSite } from '../org/admit-site.js';
import { type Ran, runLine } from '../policy/run-line.js';

/** The homes of a hub whose root key is in a file elsewhere, and of a member with two approvers. */
export interface SignedElsewhere {
  readonly hub: Home;
  readonly site: Home;
  readonly rootFile: string;
  readonly folder: string;
  /** Runs a verb at the hub. */
  run(...words: readonly string[]): Promise<Ran>;
  /** Writes a request for a key of the member to a file, by default signed by its approvers too, and returns its path. */
  askNext(use: KeyUse, signed?: 'alone'): Promise<string>;
  /** The same for a third approver. */
  askApprover(person: string): Promise<string>;
  /** The request that the hub wrote last. */
  asked(): Buffer;
  /** Signs a request with the root key, by default the last one, and returns the answer. */
  sign(request?: Uint8Array): Promise<Buffer>;
  accept(answer: Uint8Array): ReturnType<typeof acceptChanges>;
  directory(): Promise<Directory>;
  /** Goes back to how the homes were made. */
  reset(): void;
  remove(): void;
}

const say = (): void => undefined;

/** Makes both homes; the member is listed. */
export async function signedElsewhere(): Promise<SignedElsewhere> {
  const folder = mkdtempSync(join(tmpdir(), 'liaison-elsewhere-'));
  const [made, used] = [join(folder, 'made'), join(folder, 'used')];
  const [rootFile, hub, site] = [
    join(folder, 'root.jwk'),
    homeAt(join(used, 'hub')),
    homeAt(join(used, 'site')),
  ];
  const now = new Date();
  const settings = {
    members: 4,
    routers: 1,
    operator: 'A. Example',
    policies: shippedPolicies,
    force: false,
  };
  await createHub(homeAt(join(made, 'hub')), { ...settings, rootElsewhere: rootFile, now, say });
  const { federation } = readFederation();
  const approvers = ['Anna', 'Bela'].map((person) => ({ person, path: join(folder, `${person}.jwk`) }));
  const params = { id: EUROPOL, name: 'Europol', federation, hub: 'nats://127.0.0.1:9', approvers, now };
  const request = await createSite(homeAt(join(made, 'site')), params);
  await listSite({ ...homeAt(join(made, 'hub')), rootKey: rootFile }, request);
  const written = join(folder, 'root-request.json');
  const directory = (): Promise<Directory> => newestDirectory(hub);
  const asking = async () => ({
    folder: site.org(EUROPOL),
    org: EUROPOL,
    directory: await directory(),
    now: new Date(),
    approvers: approvers.flatMap(({ path }) => readHeldKey(path) ?? []),
  });
  const keep = (text: string, name: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return {
    hub,
    site,
    rootFile,
    folder,
    run: (...words) => runLine([...words, '--json'], { home: hub }),
    askNext: async (use, signed) => {
      const all = await asking();
      const approvedBy = signed === 'alone' ? [] : all.approvers;
      return keep(await askForNextKey(use, { ...all, approvers: approvedBy }), `${use}.json`);
    },
    askApprover: async (person) =>
      keep(
        await askForApproverKey({ person, path: join(used, `${person}.jwk`) }, await asking()),
        `${person}.json`,
      ),
    asked: () => readFileSync(written),
    sign: async (bytes = readFileSync(written)) => {
      const root = await readRootKey(rootFile);
      const examined = await examineRootRequest(openRootRequest(bytes), root, new Date());
      return Buffer.from((await signRootRequest(examined, root, new Date())).answer);
    },
    accept: (answer) => acceptChanges(hub, answer, { now: new Date(), say }),
    directory,
    reset: () => {
      rmSync(used, { recursive: true, force: true });
      cpSync(made, used, { recursive: true });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
