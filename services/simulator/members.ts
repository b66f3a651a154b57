import { readFileSync, statSync } from 'node:fs';
import { fail } from '../shared/kernel/errors.js';
import { type OrgId, parseOrgId } from '../shared/kernel/ids.js';
import { parseStrictJson } from '../shared/kernel/strict-json.js';
import type { Home } from '../shared/runtime/home.js';
import { readSigner, type Signer } from '../shared/trust/keys.js';
import { readSecret } from '../shared/trust/secret-file.js';
import { createLocalSystemClient, type LocalSystemClient } from './gateway-http.js';

/** An organisation of the federation in this home, with the keys and tokens that a demonstration has on one machine. */
export interface Member {
  readonly org: OrgId;
  readonly gateway: LocalSystemClient;
  readonly database: string;
  /** The files of its nkey and signing key, which rogue frames use as stolen keys. */
  readonly seed: string;
  readonly signer: Signer;
}

/** Reads the members of the running federation; `over` aborts their requests. Throws `unreachable` if none runs here. */
export async function readMembers(home: Home, over?: AbortSignal): Promise<readonly Member[]> {
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
        gateway: createLocalSystemClient({ org, url, token: readSecret(home.org(org, 'token')), over }),
        database: home.org(org, 'gateway.db'),
        seed: readSecret(home.org(org, 'gateway.nk')),
        signer: await readSigner(home.org(org, 'notice.jwk')),
      };
    }),
  );
}
