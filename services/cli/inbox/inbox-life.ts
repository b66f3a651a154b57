import { isCode } from '../../shared/kernel/errors.js';
import { gatewayClient } from '../http-client.js';
import { requireRunning } from '../home/run-file.js';
import { EXIT } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';
import { parseId } from '../terminal/parse-options.js';
import type { Verb } from '../verb.js';

interface LifeOptions {
  readonly org: string;
  readonly from: string;
  readonly id: string;
}

/** What a gateway knows of a notice of another organisation (docs/formats.md#outcomes). */
interface ShownLife {
  readonly state: string;
  readonly number: number | null;
  readonly expiresAt: string | null;
  readonly reviewAt: string | null;
  readonly suspendedUntil: string | null;
  readonly end: string | null;
  readonly barred: readonly string[];
  readonly keep: string | null;
}

export const verb: Verb<LifeOptions> = {
  configure: (command) =>
    command
      .requiredOption('--org <organisation>', 'whose inbox')
      .requiredOption('--from <organisation>', 'the originator of the notice')
      .requiredOption('--id <id>', 'the notice', parseId),
  examples: [
    ['inbox life --org afripol --from europol --id 0190b7a2-…', 'held, suspended or ended, and until when'],
  ],
  run: async ({ options: { org, from, id }, home, output }) => {
    const gateway = gatewayClient(home, requireRunning(home), org);
    try {
      const life = (await gateway.get(`/v1/inbox/${encodeURIComponent(from)}/${id}/life`)) as ShownLife;
      output.show(life, () => lifeText(life, output));
      return EXIT.yes;
    } catch (thrown) {
      if (!isCode(thrown, 'not-found')) throw thrown;
      output.note(`\`${org}\` knows nothing of \`${id}\` of \`${from}\``);
      return EXIT.no;
    }
  },
};

function lifeText(life: ShownLife, { paint: { bold, dim } }: Output): string {
  const lines = [
    ['ends', life.expiresAt],
    ['reviewed', life.reviewAt],
    ['suspended until', life.suspendedUntil],
    ['ended by', life.end],
    ['barred', life.barred.join(' ') || null],
    ['kept for', life.keep],
  ].flatMap(([name, value]) => (value === null ? [] : [`${dim(`${name}:`)} ${value}`]));
  return [bold(life.state), ...lines].join('\n');
}
