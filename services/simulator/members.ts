import { readFileSync, statSync } from 'node:fs';
import { fail } from '../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../shared/kernel/ids.js';
import { parseStrictJson } from '../shared/kernel/strict-json.js';
import type { Home } from '../shared/runtime/home.js';
import { readSigner, type Signer } from '../shared/trust/keys.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { createLocalSystemClient, type LocalSystemClient } from './gateway-http.js';

/** An organisation of the federation that runs in this home, with all that the demonstration keeps on one machine. */
export interface Member {
  readonly org: OrgId;
  readonly gateway: LocalSystemClient;
  readonly database: string;
  /** Its nkey and its signing key: what a rogue would steal. */
  readonly seed: string;
  readonly signer: Signer;
}

/** Throws `unreachable` when no federation runs here. */
export async function readMembers(home: Home): Promise<readonly Member[]> {
  if (statSync(home.run, { throwIfNoEntry: false }) === undefined) {
    throw fail('unreachable', `no federation runs in \`${home.root}\``);
  }
  const { gateways } = parseStrictJson(readFileSync(home.run)) as {
    readonly gateways: Record<string, string>;
  };
  return Promise.all(
    Object.entries(gateways).map(async ([name, url]) => {
      const org = parseOrgId(name);
      return {
        org,
        gateway: createLocalSystemClient({ org, url, token: readSecret(home.org(org, 'token')) }),
        database: home.org(org, 'gateway.db'),
        seed: readSecret(home.org(org, 'gateway.nk')),
        signer: await readSigner(home.org(org, 'notice.jwk')),
      };
    }),
  );
}
