import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fail } from '../../shared/kernel/errors.js';
import { fetchArchived } from '../../shared/policy/adopted/archived-bundle.js';
import type { PolicyBundle } from '../../shared/policy/adopted/bundle.js';
import { membersByBundle } from '../../shared/policy/adopted/bundle-facts.js';
import { folderOfBundle, withRulesOfAll, writeTexts } from '../../shared/policy/adopted/bundle-folder.js';
import type { DirectoryFacts } from '../../shared/policy/facts.js';
import { digest, digestOfHex, isDigest } from '../../shared/trust/digest.js';
import type { Directory } from '../../shared/trust/directory.js';
import type { AuditorClient } from '../auditor-client.js';
import type { RouterWatch } from '../flow/router-watch.js';

/** A folder of the live policies, and the facts about members by which they decide. */
export interface LiveFolder {
  readonly folder: string;
  readonly facts: DirectoryFacts;
}

/** The policies by which the routers decide. */
export interface LivePolicies {
  /** Resolves with a folder that is only read. Throws `policy-missing` while there is none, and as `AuditorClient.bytes` does. */
  read(): Promise<LiveFolder>;
  stop(): void;
}

/** Returns the live policies of a hub whose folder has the rules of every member. */
export function policiesOfFolder(folder: string, directory: () => Directory): LivePolicies {
  return { read: async () => ({ folder, facts: directory() }), stop: () => undefined };
}

interface ReleasedPoliciesDeps {
  readonly routers: Pick<RouterWatch, 'state' | 'adoptions'>;
  readonly auditor: Pick<AuditorClient, 'bytes'>;
  readonly directory: () => Directory;
}

/** The adopted policies as a folder of this process. */
interface Unpacked {
  readonly bundle: PolicyBundle;
  readonly folder: string;
}

/**
 * Returns the live policies of a hub whose members release their rules: those that the routers adopted, from the auditor's archive,
 * in a folder of their own. The folder before the present one is kept for questions that still read it.
 */
export function policiesOfReleases({ routers, auditor, directory }: ReleasedPoliciesDeps): LivePolicies {
  let folders: readonly string[] = [];
  let known: { readonly adopted: string; readonly unpacked: Promise<Unpacked> } | undefined;
  const unpack = async (adopted: string): Promise<Unpacked> => {
    const named = digestOfHex(adopted);
    if (!isDigest(named)) throw fail('policy-missing', 'a router names no digest of adopted policies');
    const bundle = await fetchArchived(auditor, named, digest);
    const texts = withRulesOfAll(folderOfBundle(bundle, directory().federation));
    const folder = mkdtempSync(join(tmpdir(), 'liaison-live-'));
    const [present, ...others] = folders;
    folders = [folder, ...(present === undefined ? [] : [present])];
    others.forEach(remove);
    writeTexts(folder, texts);
    return { bundle, folder };
  };
  const unpacked = (adopted: string): Promise<Unpacked> => {
    if (known?.adopted === adopted) return known.unpacked;
    const next = { adopted, unpacked: unpack(adopted) };
    known = next;
    // After a failure the next call asks again.
    next.unpacked.catch(() => {
      if (known === next) known = undefined;
    });
    return next.unpacked;
  };
  return {
    read: async () => {
      await routers.state();
      const adopted = routers.adoptions().find((one) => typeof one?.adopted === 'string')?.adopted;
      if (typeof adopted !== 'string')
        throw fail('policy-missing', 'no router says which policies it adopted');
      const { bundle, folder } = await unpacked(adopted);
      return { folder, facts: membersByBundle(bundle, directory()) };
    },
    stop: () => folders.forEach(remove),
  };
}

const remove = (folder: string): void => rmSync(folder, { recursive: true, force: true });
