import { parseAdoption, type ShownAdoption } from '../../../shared/wire/shown-adoption.js';
import { routerName } from '../../home/process-names.js';
import type { RunFile } from '../../home/run-file.js';
import { probe } from '../../http-client.js';

/**
 * Asks each router which policies it adopted. By process name; undefined for a router that does not answer.
 * Never throws.
 */
export async function readAdoptions({
  router,
  moreRouters = {},
}: Pick<RunFile, 'router' | 'moreRouters'>): Promise<ReadonlyMap<string, ShownAdoption | undefined>> {
  const urls = Object.entries({ [routerName(1)]: router, ...moreRouters });
  return new Map(
    await Promise.all(
      urls.map(async ([name, url]) => [name, parseAdoption((await probe(`${url}/readyz`))?.body)] as const),
    ),
  );
}
