import { fail, isCode } from '../../../shared/kernel/errors.js';
import type { Home } from '../../../shared/runtime/home.js';
import { gatewayClient } from '../../http-client.js';
import type { GatewayRunFile } from '../../home/run-file.js';
import { fittingOwn, idIn, isWhole, onlyId } from './name-of-notice.js';
import type { ShownNotice } from '../notice-table.js';

interface FindNoticeParams {
  readonly home: Home;
  readonly run: GatewayRunFile;
  /** The organisations whose gateways are asked. */
  readonly orgs: readonly string[];
}

/** A submitted notice, and the organisation whose gateway shows it. */
interface FoundNotice {
  readonly notice: ShownNotice;
  readonly originator: string;
}

/**
 * Finds a submitted notice by a name that `parseNoticeName` accepts; of an amended one shows its newest revision, whatever the
 * number in the name. Only the originator's gateway shows it. Throws `not-found`, and `usage` with the ids when several notices
 * match.
 */
export async function findNotice(name: string, params: FindNoticeParams): Promise<FoundNotice> {
  const part = idIn(name);
  if (isWhole(part)) return byId(part, params);
  const { home, run, orgs } = params;
  const lists = await Promise.all(orgs.map((org) => fittingOwn(gatewayClient(home, run, org), part)));
  const { id, of } = onlyId(part, lists.flat(), `of ${orgs.join(', ')}`);
  return byId(id, { ...params, orgs: [of] });
}

async function byId(id: string, { orgs, ...from }: FindNoticeParams): Promise<FoundNotice> {
  const answers = await Promise.all(orgs.map((org) => ask(org, id, from)));
  const found = answers.find((answer) => answer !== undefined);
  if (found !== undefined) return found;
  throw fail('not-found', `no gateway of ${orgs.join(', ')} submitted \`${id}\``);
}

async function ask(
  org: string,
  id: string,
  { home, run }: Omit<FindNoticeParams, 'orgs'>,
): Promise<FoundNotice | undefined> {
  try {
    const notice = (await gatewayClient(home, run, org).get(`/v1/notices/${id}`)) as ShownNotice;
    return { notice, originator: org };
  } catch (error) {
    if (isCode(error, 'not-found')) return undefined;
    throw error;
  }
}
