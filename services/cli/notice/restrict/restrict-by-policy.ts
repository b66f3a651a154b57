import { counted } from '../../../shared/wire/counted.js';
import { v7 as uuidv7 } from 'uuid';
import { isCode } from '../../../shared/kernel/errors.js';
import { groupBy } from '../../../shared/kernel/group-by.js';
import type { ShownOverheld, ShownOverheldPair } from '../../../shared/wire/shown-overheld.js';
import type { GatewayClient } from '../../http-client.js';
import { askYes } from '../../terminal/ask-yes.js';
import { EXIT, type ExitCode } from '../../terminal/exit-codes.js';
import { type Output, table } from '../../terminal/output.js';

interface ByPolicyParams {
  readonly gateway: Pick<GatewayClient, 'org' | 'get' | 'post'>;
  readonly yes: boolean;
  readonly output: Output;
  readonly stopping: AbortSignal;
}

/** The outcome of one run: `--json` prints it. */
interface ByPolicyRun {
  /** The id of the confirmed run; null when no copy was overheld, or the answer was no. */
  readonly run: string | null;
  readonly overheld: readonly ShownOverheldPair[];
  /** Ids of the notices that a restriction was signed for. */
  readonly restricted: readonly string[];
}

/**
 * Takes from holders what the adopted policies would no longer give them: shows the list, asks once, and
 * orders a restriction for each notice. Throws as a call of the gateway does.
 */
export async function restrictByPolicy(params: ByPolicyParams): Promise<ExitCode> {
  const { gateway, output } = params;
  const overheld = await overheldOf(gateway);
  if (overheld.length === 0) {
    show({ run: null, overheld, restricted: [] }, params);
    return EXIT.yes;
  }
  if (!output.json) output.print(overheldTable(overheld, output));
  const notices = groupBy(overheld, ({ id }) => id);
  const question = `Sign ${counted(notices.size, 'restriction')} for ${counted(overheld.length, 'copy', 'copies')}?`;
  if (!(await askYes({ ...params, question }))) {
    show({ run: null, overheld, restricted: [] }, params);
    return EXIT.no;
  }
  const run = uuidv7();
  const restricted: string[] = [];
  for (const [id, pairs] of notices) {
    if (params.stopping.aborted) break;
    if (await order(gateway, run, { id, pairs })) restricted.push(id);
  }
  show({ run, overheld, restricted }, params);
  return params.stopping.aborted ? EXIT.interrupted : EXIT.yes;
}

/** Every page of the list, of own notices only. */
async function overheldOf({ get }: Pick<GatewayClient, 'get'>): Promise<readonly ShownOverheldPair[]> {
  const found: ShownOverheldPair[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const from: string = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
    const { pairs, next } = (await get(`/v1/overheld${from}`)) as ShownOverheld;
    found.push(...pairs);
    after = next;
  }
  return found;
}

interface NoticePairs {
  readonly id: string;
  readonly pairs: readonly ShownOverheldPair[];
}

/** Orders one restriction; false for a notice that has ended since the list was made. */
async function order(
  { post }: Pick<GatewayClient, 'post'>,
  run: string,
  { id, pairs }: NoticePairs,
): Promise<boolean> {
  const holders = pairs.map(({ recipient, whole, sections }) => ({
    org: recipient,
    ...(whole ? {} : { sections }),
  }));
  const key = { 'idempotency-key': `${run}-${id}` };
  try {
    await post(`/v1/notices/${id}/restrict`, { reason: 'by-policy', holders, run }, key);
    return true;
  } catch (error) {
    if (isCode(error, 'notice-ended', 'not-found')) return false;
    throw error;
  }
}

/** The most rows of the table; `--json` lists all. */
const SHOWN = 40;

function overheldTable(pairs: readonly ShownOverheldPair[], output: Output): string {
  const { red } = output.paint;
  const rows = pairs
    .slice(0, SHOWN)
    .map(({ id, kind, recipient, whole, sections }) => [
      id,
      kind,
      recipient,
      whole ? red('the whole notice') : sections.join(' '),
    ]);
  const more = pairs.length > SHOWN ? `\n… and ${pairs.length - SHOWN} more: \`--json\` lists all` : '';
  return `${table(['notice', 'kind', 'recipient', 'may not hold'], rows, output)}${more}`;
}

function show(result: ByPolicyRun, { gateway, output }: ByPolicyParams): void {
  output.show(result, () => {
    if (result.overheld.length === 0)
      return `no recipient holds more of the notices of ${gateway.org} than the policies allow`;
    if (result.run === null) return 'nothing was signed';
    return `signed ${counted(result.restricted.length, 'restriction')}: \`notice show\` lists each holder's answer`;
  });
}
