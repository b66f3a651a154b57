import type { OrgId } from '../../../shared/kernel/ids.js';
import type { Home } from '../../../shared/runtime/home.js';
import type { RecipientCopy, HeldDiff } from '../../../shared/workbench/diff/held.js';
import { requireRunning } from '../../home/run-file.js';
import { onlyGatewayClient } from '../../http-client.js';
import { type Output, table } from '../../terminal/output.js';

const PAGE = 200;

interface SharesPage {
  readonly items: readonly (Pick<RecipientCopy, 'id' | 'jti' | 'attributes'> & {
    readonly shares: readonly (Pick<RecipientCopy, 'sections' | 'unsealed'> & { readonly org: OrgId })[];
  })[];
  readonly next: number | null;
}

/**
 * Yields what recipients hold of the own notices of an organisation, as its gateway shows it, the newest
 * notices first. Throws as `onlyGatewayClient` does.
 */
export async function* heldCopies(home: Home, org: string | undefined): AsyncGenerator<RecipientCopy> {
  const gateway = onlyGatewayClient(home, requireRunning(home), org);
  for (let before: number | null | undefined; before !== null; ) {
    const from = before === undefined ? '' : `&before=${before}`;
    const page = (await gateway.get(`/v1/shares?limit=${PAGE}${from}`)) as SharesPage;
    for (const { shares, ...notice } of page.items)
      for (const { org: recipient, ...share } of shares) yield { ...notice, ...share, recipient };
    before = page.next;
  }
}

/** The most rows of a table; `--json` lists all. */
const SHOWN = 40;

/** Formats which recipients hold more than the newer version would give them. */
export function heldText({ pairs, overheld }: HeldDiff, output: Output): string {
  const { bold, red, dim } = output.paint;
  const title = `${bold('HELD')} ${pairs.toLocaleString('en')} copies judged: ${overheld.length.toLocaleString('en')} too much`;
  if (overheld.length === 0) return title;
  const rows = overheld
    .slice(0, SHOWN)
    .map(({ id, kind, recipient, whole, sections, already }) => [
      id,
      kind,
      recipient,
      whole ? red('the whole notice') : sections.join(' '),
      already ? dim('already by the older version') : '',
    ]);
  const more = overheld.length > SHOWN ? `\n… and ${overheld.length - SHOWN} more: \`--json\` lists all` : '';
  return `${title}\n\n${table(['notice', 'kind', 'recipient', 'may not hold', ''], rows, output)}${more}`;
}
