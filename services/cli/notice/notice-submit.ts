import { setTimeout as delay } from 'node:timers/promises';
import { errorFrom, fail } from '../../shared/kernel/errors.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { type GatewayClient, gatewayClient } from '../http-client.js';
import { type ShownNotice, showOutcome } from './notice-table.js';
import { suggestedCommand } from '../terminal/suggested-command.js';
import { requireGateways } from '../home/run-file.js';
import { parseDuration, parseWord } from '../terminal/parse-options.js';
import { withDraftName, readDraft } from './read-draft.js';
import { withReasons } from './rule-reasons.js';
import type { Verb } from '../verb.js';
import {
  type AcceptedNotice,
  approveOwnDraft,
  BREAK_GLASS_REASONS,
  type BreakGlassOptions,
  withBreakGlass,
} from './approval/submit-break-glass.js';

interface SubmitOptions extends BreakGlassOptions {
  readonly org: string;
  readonly key?: string;
  readonly wait?: number | boolean;
}

const DEFAULT_WAIT_MS = 30_000;

export const verb: Verb<SubmitOptions> = {
  configure: (command) =>
    command
      .argument('<draft>', 'a JSON file, or - for stdin')
      .requiredOption('--org <organisation>', 'the originator')
      .option('--key <text>', 'idempotency key: the same key with the same draft returns the same notice')
      .option('--break-glass <reason>', BREAK_GLASS_REASONS.join(', '), parseWord(BREAK_GLASS_REASONS))
      .option(
        '--approver-key <file>',
        'with `--break-glass`: the private key of use `approver` of the person who uses it',
      )
      .option('--wait [time]', 'wait until the notice is settled, then show it', parseDuration),
  examples: [
    [
      'notice submit proto/examples/red.json --org europol',
      'prints the id; the gateway has stored the notice',
    ],
    ['id=$(liaison notice submit draft.json --org europol)', 'in a pipe it prints the id alone'],
    ['notice submit - --org europol --wait < draft.json', 'waits for every receipt, and shows them'],
    [
      'notice submit draft.json --org europol --break-glass threat-to-life --approver-key ada.jwk',
      'Ada uses break-glass, which opens what rules open for it',
    ],
  ],
  run: async ({ args, options, home, env, output, stopping }) => {
    const [path = '-'] = args;
    const draft = withBreakGlass(readDraft(path), options);
    const gateway = gatewayClient(home, requireGateways(home), options.org);
    const headers = options.key === undefined ? {} : { 'idempotency-key': options.key };
    const post = (): Promise<unknown> => gateway.post('/v1/notices', draft, headers);
    const submitted = (await withDraftName(path, post)) as AcceptedNotice;
    const accepted = await approveOwnDraft(submitted, draft, { gateway, key: options.approverKey });
    const follow = suggestedCommand(`notice show ${accepted.id} --org ${options.org}`);
    const awaitsApproval = accepted.state === 'awaiting-approval';
    if (options.wait === undefined || awaitsApproval) {
      output.show(accepted, () => (output.terminal ? `${accepted.id}  ${accepted.state}` : accepted.id));
      const approve = suggestedCommand(`notice approve ${accepted.id} --org ${options.org}`);
      output.note(awaitsApproval ? `a person must approve it: ${approve}` : `follow it: ${follow}`);
      return awaitsApproval ? EXIT.no : EXIT.yes;
    }
    const timeout = typeof options.wait === 'number' ? options.wait : DEFAULT_WAIT_MS;
    const settled = await untilSettled(gateway, accepted.id, { timeout, stopping }).catch(
      (thrown: unknown) => {
        const { code, message } = errorFrom(thrown);
        throw fail(code, `${message}; the gateway continues, follow it: ${follow}`);
      },
    );
    const notice = await withReasons(settled, { home, env });
    output.show(notice, () => showOutcome(notice, output, false));
    return verdict(notice);
  },
};

/** Polls until the notice is settled, disputed, refused or ended. Throws `timed-out` with its last state. */
async function untilSettled(
  gateway: GatewayClient,
  id: string,
  { timeout, stopping }: { readonly timeout: number; readonly stopping: AbortSignal },
): Promise<ShownNotice> {
  let notice: ShownNotice | undefined;
  for (const end = Date.now() + timeout; Date.now() < end && !stopping.aborted; ) {
    notice = (await gateway.get(`/v1/notices/${id}`)) as ShownNotice;
    if (['settled', 'disputed', 'refused', 'ended'].includes(notice.state)) return notice;
    await delay(50);
  }
  throw fail('timed-out', `\`${id}\` is not settled yet, its state is \`${notice?.state ?? 'queued'}\``);
}

function verdict({ state }: ShownNotice): ExitCode {
  return state === 'refused' || state === 'disputed' ? EXIT.no : EXIT.yes;
}
