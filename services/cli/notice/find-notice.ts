import { fail, isCode } from '../../shared/kernel/errors.js';
import type { Home } from '../../shared/runtime/home.js';
import { gatewayClient } from '../http-client.js';
import type { GatewayRunFile } from '../home/run-file.js';
import type { ShownNotice } from './notice-table.js';

/** How many of each gateway's newest notices are searched for the end of an id. */
const MAX_SEARCHED = 2_000;
const PAGE = 200;
const ID_LENGTH = 36;

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
 * Finds a submitted notice by its id, by `<id>.<number>`, or by the end of either. Only the originator's gateway shows it.
 * Throws `not-found`, and `usage` with the ids when several notices match.
 */
export async function findNotice(name: string, params: FindNoticeParams): Promise<FoundNotice> {
  const [part = '', number] = name.split('.');
  const found = part.length === ID_LENGTH ? await byId(part, params) : await byEnd(part, params);
  const { notice } = found;
  if (number === undefined || notice.number === Number(number)) return found;
  throw fail('not-found', `\`${notice.id}\` has number ${notice.number}, not ${number}`);
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

async function byEnd(end: string, params: FindNoticeParams): Promise<FoundNotice> {
  const { orgs } = params;
  const lists = await Promise.all(
    orgs.map(async (org) =>
      (await newestIds(org, params)).filter((id) => id.endsWith(end)).map((id) => ({ org, id })),
    ),
  );
  const [first, ...others] = lists.flat();
  if (first === undefined) {
    const where = `among the newest ${MAX_SEARCHED} of each gateway of ${orgs.join(', ')}`;
    throw fail('not-found', `no notice ends in \`${end}\` ${where}: give its whole id`);
  }
  if (others.length === 0) return byId(first.id, { ...params, orgs: [first.org] });
  const names = [first, ...others].slice(0, 5).map(({ org, id }) => `${id} of ${org}`);
  throw fail('usage', `\`${end}\` fits ${others.length + 1} notices: ${names.join(', ')}`);
}

async function newestIds(org: string, { home, run }: FindNoticeParams): Promise<readonly string[]> {
  const gateway = gatewayClient(home, run, org);
  const ids: string[] = [];
  for (let before: number | null | undefined; before !== null && ids.length < MAX_SEARCHED; ) {
    const from = before === undefined ? '' : `&before=${before}`;
    const page = (await gateway.get(`/v1/notices?limit=${PAGE}${from}`)) as {
      readonly items: readonly { readonly id: string }[];
      readonly next: number | null;
    };
    ids.push(...page.items.map(({ id }) => id));
    before = page.next;
  }
  return ids;
}
