import { existsSync } from 'node:fs';
import { fail } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { readGivenFile } from '../home/read-given-file.js';
import { requireKind } from '../home/require-kind.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { type JoinRequest, MAX_JOIN_REQUEST_BYTES, openJoinRequest } from './join-request.js';
import { MAX_WELCOME_BYTES, openWelcome, type Welcome } from './welcome.js';

/** Reads the request of a site. Throws `usage` for a home of another kind, and for one without a request. */
export async function readOwnRequest(home: Home): Promise<JoinRequest> {
  requireKind(home, 'site');
  if (existsSync(home.joinRequest))
    return openJoinRequest(readGivenFile(home.joinRequest, MAX_JOIN_REQUEST_BYTES));
  throw fail('usage', `\`${home.root}\` has no join request: \`${suggestedCommand('org join')}\` makes one`);
}

/** A site that the hub admitted. */
export interface AdmittedSite {
  readonly request: JoinRequest;
  readonly welcome: Welcome;
}

/** Reads the request of a site and its welcome. Throws `usage` before `org accept`, and as `readOwnRequest`. */
export async function readAdmittedSite(home: Home): Promise<AdmittedSite> {
  const request = await readOwnRequest(home);
  if (!existsSync(home.welcome))
    throw fail(
      'usage',
      `\`${home.root}\` has accepted no welcome yet: \`${suggestedCommand('org accept welcome.json')}\` does`,
    );
  const welcome = await openWelcome(readGivenFile(home.welcome, MAX_WELCOME_BYTES), request, new Date());
  return { request, welcome };
}
