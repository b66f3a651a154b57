import { describe, expect, test } from 'vitest';
import { EXIT, exitCodeOf, exitCodeOfThrown } from '../../services/cli/terminal/exit-codes.js';
import { homeGiven } from '../../services/cli/terminal/suggested-command.js';
import { type Parsed, runProgram } from '../../services/cli/program.js';
import { GROUPS, VERBS } from '../../services/cli/verb-table.js';
import { BENCH_VERBS } from '../bench/bench-verbs.js';
import { errorFrom, fail, type LiaisonError } from '../../services/shared/kernel/errors.js';

interface Ran {
  readonly parsed: Parsed | undefined;
  readonly written: string;
  readonly error: LiaisonError | undefined;
}

async function run(...words: readonly string[]): Promise<Ran> {
  let parsed: Parsed | undefined;
  let written = '';
  const program = runProgram({
    words,
    version: '1.2.3',
    act: (_verb, what) => {
      parsed = what;
      return Promise.resolve();
    },
    write: (text) => void (written += text),
  });
  const error = await program.then(() => undefined, errorFrom);
  return { parsed, written, error };
}

describe('the command line', () => {
  test('refuses a misspelt verb as `usage`, with the nearest one', async () => {
    const { error } = await run('notise');
    expect(error?.code).toBe('usage');
    expect(error?.message).toBe('unknown verb `notise`, did you mean `notice`');
  });

  test('refuses a misspelt second word, with the nearest of its group', async () => {
    const { error } = await run('notice', 'sbmit', 'x.json');
    expect(error?.message).toBe('unknown verb `notice sbmit`, did you mean `notice submit`');
  });

  test('refuses a group without a second word, and lists its verbs', async () => {
    expect((await run('notice')).error?.message).toBe(
      '`notice` needs one of: submit, show, preview, amend, approve, break-glass, review, withdraw, suspend, resume, restrict, extend, unseal, request, decline, confirm, recipients, evidence, cancel, recalls',
    );
  });

  test('has a summary for each group of verbs', () => {
    const names = VERBS.map(({ name }) => name);
    const groups = names.filter((name) => name.includes(' ')).map((name) => name.split(' ', 1)[0] ?? '');
    expect(groups.filter((group) => !names.includes(group) && !Object.hasOwn(GROUPS, group))).toEqual([]);
  });

  test('refuses a misspelt option as `usage`, with the nearest one', async () => {
    const { error } = await run('up', '--fro', '20s');
    expect(error?.code).toBe('usage');
    expect(error?.message).toBe('unknown option `--fro`, did you mean `--for`');
  });

  test('refuses an option value outside its bounds, with the expected range', async () => {
    const { error } = await run('up', '--rate', 'fast');
    expect(error?.code).toBe('usage');
    expect(error?.message).toContain('expected a number from 0.01 to 10000');
  });

  test.each([
    [['tail', '--event', 'delivered,denid'], 'unknown value `denid`, did you mean `denied`'],
    [['tail', '--kind', 'rde'], 'unknown value `rde`, did you mean `red`'],
    [['tail', '--outcome', 'refused'], 'unknown value `refused`: there are delivered, redacted, '],
    [['inbox', '--org', 'europol', '--kind', 'rde'], 'unknown value `rde`, did you mean `red`'],
  ])('refuses an unknown filter value instead of returning an empty result: %j', async (words, expected) => {
    const { error } = await run(...words);
    expect(error?.code).toBe('usage');
    expect(error?.message).toContain(expected);
  });

  test('refuses options that exclude each other, and a `--since` before the oldest kept event', async () => {
    for (const [words, expected] of [
      [['quarantine', 'list', '--open', '--closed'], 'option `--closed` cannot be used with option `--open`'],
      [['tail', '--since', '3d'], 'expected a time at most a day ago'],
      [['tail', '--since', '2026-01-01T00:00:00Z'], 'expected a time at most a day ago'],
    ] as const) {
      const { error } = await run(...words);
      expect([error?.code, error?.message]).toEqual(['usage', expect.stringContaining(expected)]);
    }
    expect((await run('tail', '--since', '1d')).error).toBeUndefined();
  });

  test('states in the help of a streaming verb that it writes NDJSON into a pipe', async () => {
    for (const name of ['tail', 'up', 'simulate'])
      expect((await run(name, '--help')).written.replaceAll(/\s+/g, ' ')).toContain(
        'print NDJSON, which is also the default when stdout is not a terminal',
      );
  });

  test('names a missing required option', async () => {
    expect((await run('inbox')).error?.message).toContain('--org <organisation>');
  });

  test('names everything that a call lacks at once', async () => {
    const draft = '`<draft>` (a JSON file, or - for stdin)';
    const org = '`--org <organisation>` (the originator)';
    for (const [words, needs] of [
      [[], `${draft} and ${org}`],
      [['x.json'], org],
      [['--org', 'europol'], draft],
    ] as const) {
      const { error } = await run('notice', 'submit', ...words);
      expect([error?.code, error?.message]).toEqual(['usage', `\`notice submit\` needs ${needs}`]);
    }
  });

  test('accepts `--home` before and after the verb', async () => {
    for (const words of [
      ['--home', '/a', 'notice', 'show', '0190b7'],
      ['--home=/a', 'notice', 'show', '0190b7'],
      ['notice', 'show', '0190b7', '--home', '/a'],
    ])
      expect((await run(...words)).parsed).toMatchObject({ args: ['0190b7'], options: { home: '/a' } });
    expect((await run('--home', '/a')).error?.code).toBe('usage');
  });

  test('answers `help`, `help <verb>` and `version` as `--help`, `<verb> --help` and `--version`', async () => {
    for (const [words, same] of [
      [['help'], ['--help']],
      [
        ['help', 'notice'],
        ['notice', '--help'],
      ],
      [
        ['help', 'notice', 'submit'],
        ['notice', 'submit', '--help'],
      ],
      [['version'], ['--version']],
    ] as const)
      expect(await run(...words)).toEqual(await run(...same));
    expect((await run('help', 'notise')).error?.message).toContain('did you mean `notice`');
  });

  test('passes parsed options to the verb', async () => {
    const { parsed } = await run('up', '--for', '20s', '--rate', '2.5', '--no-traffic', '--json');
    expect(parsed?.options).toMatchObject({ for: 20_000, rate: 2.5, traffic: false, json: true });
  });

  test('writes version and help, without an error', async () => {
    expect(await run('--version')).toMatchObject({ written: '1.2.3\n', error: undefined });
    expect((await run('--help')).written).toContain('Commands:');
    expect((await run('notice', '--help')).written).toContain('preview');
  });

  test.each([...VERBS, ...BENCH_VERBS])(
    'ends the help of `$name` with examples that call it',
    async ({ name }) => {
      const { written, error } = await run(...name.split(' '), '--help');
      expect(error).toBeUndefined();
      const examples = written.split('Examples:\n')[1] ?? '';
      expect(examples).toContain(`$ liaison ${name}`);
      expect(written).toContain('--json');
    },
  );
});

describe('exit codes', () => {
  test('are 2 for bad input, 1 for failed evidence, 4 for what may be retried', () => {
    expect(exitCodeOf(fail('schema-invalid', ''))).toBe(EXIT.usage);
    expect(exitCodeOf(fail('signature-invalid', ''))).toBe(EXIT.no);
    expect(exitCodeOf(fail('unreachable', ''))).toBe(EXIT.unreachable);
    expect(exitCodeOf(fail('not-found', ''))).toBe(EXIT.no);
  });

  test('are 130 for an operational error after Ctrl-C, and unchanged for a fault of the call itself', () => {
    const stopped = AbortSignal.abort('SIGINT');
    const going = new AbortController().signal;
    for (const code of ['timed-out', 'busy', 'not-ready'] as const) {
      expect(exitCodeOfThrown(fail(code, ''), stopped)).toBe(EXIT.interrupted);
      expect(exitCodeOfThrown(fail(code, ''), going)).toBe(EXIT.unreachable);
    }
    expect(exitCodeOfThrown(fail('timed-out', ''), AbortSignal.abort('SIGPIPE'))).toBe(EXIT.yes);
    expect(exitCodeOfThrown(fail('usage', ''), stopped)).toBe(EXIT.usage);
    expect(exitCodeOfThrown(fail('internal', ''), stopped)).toBe(EXIT.no);
  });
});

test('a suggested command repeats the `--home` of the call, in either form', () => {
  expect(homeGiven(['doctor', '--home', '/a/b', '--json'])).toBe(' --home /a/b');
  expect(homeGiven(['doctor', '--home=/a/b'])).toBe(' --home /a/b');
  expect(homeGiven(['doctor', '--home', '/a b/ö'])).toBe(" --home '/a b/ö'");
  expect(homeGiven(['doctor'])).toBe('');
});
