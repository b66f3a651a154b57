import { isCode } from '../../shared/kernel/errors.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import type { Output } from '../terminal/output.js';

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

/** Shows the life that a request resolves to; on `not-found` it notes `unknown` and returns exit code 1. */
export async function showLife(asked: Promise<unknown>, output: Output, unknown: string): Promise<ExitCode> {
  try {
    const life = (await asked) as ShownLife;
    output.show(life, () => lifeText(life, output));
    return EXIT.yes;
  } catch (thrown) {
    if (!isCode(thrown, 'not-found')) throw thrown;
    output.note(unknown);
    return EXIT.no;
  }
}

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
