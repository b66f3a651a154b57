import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runProgram } from '../../services/cli/program.js';
import { VERBS } from '../../services/cli/verb-table.js';
import { errorFrom } from '../../services/shared/kernel/errors.js';
import { projectRoot } from '../../services/shared/runtime/root.js';
import {
  type DocumentedCommand,
  documentedCommands,
  typedLines,
} from '../support/documents/documented-commands.js';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const docs = readdirSync(join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => join('docs', path));
const pages = ['README.md', 'CHANGELOG.md', 'policies/README.md', 'proto/README.md', ...docs];

const { scripts } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** Parses words with the program of the command line, without running them; returns its refusal, if any. */
async function refusalOf(words: readonly string[]): Promise<string | undefined> {
  const act = (): Promise<void> => Promise.resolve();
  const parsed = runProgram({ words, version: '0', act, write: () => {} });
  return parsed.then(
    () => undefined,
    (error: unknown) => errorFrom(error).message,
  );
}

/** What may be missing from a command in a sentence. */
const LEFT_OUT = /^`[^`]+` needs `[^`]+` \(|argument (?:missing$|`…` is invalid)|needs one of: /;

/** Returns why the command line does not accept a command; undefined when it does. */
async function faultOf({ words, isInline }: DocumentedCommand): Promise<string | undefined> {
  const [program, ...rest] = words;
  if (program === 'npm') return faultOfScript(rest);
  if (!isInline) return refusalOf(rest);
  const named = rest.filter((word, at) => at > 1 || word !== '…');
  const refusal = named.length > 0 ? await refusalOf(named) : undefined;
  return LEFT_OUT.test(refusal ?? '') ? undefined : refusal;
}

async function faultOfScript([verb = '', ...words]: readonly string[]): Promise<string | undefined> {
  const named = words.filter((word) => !word.startsWith('-'));
  const script = verb === 'run' ? named[0] : verb;
  if (script === undefined || !Object.hasOwn(scripts, script)) return `no script \`${script}\``;
  const passed = words.includes('--') ? words.slice(words.indexOf('--') + 1) : [];
  return script === 'start' ? refusalOf(['up', ...passed]) : undefined;
}

describe('documented commands', () => {
  test.each(pages)(
    '%s: each command of `liaison` and `npm` is accepted by the command line',
    async (page) => {
      const faults: string[] = [];
      for (const command of documentedCommands(read(page))) {
        const fault = await faultOf(command);
        if (fault !== undefined) faults.push(`${command.line}: ${fault}`);
      }
      expect(faults).toEqual([]);
    },
  );

  test('the pages name every verb, and the README those of each reader', () => {
    const named = pages.flatMap((page) => documentedCommands(read(page))).map(({ words }) => words.join(' '));
    const isNamed = (name: string): boolean =>
      named.some((words) => `${words} `.startsWith(`liaison ${name} `));
    expect(named.length).toBeGreaterThan(80);
    expect(VERBS.map(({ name }) => name).filter((name) => !isNamed(name))).toEqual([]);
    const first = typedLines(read('README.md')).map((line) => line.split(' ').slice(0, 3).join(' '));
    for (const start of [
      'npm start',
      'npm test',
      'scripts/liaison notice preview',
      'scripts/liaison doctor',
    ]) {
      expect(
        first.filter((line) => line.startsWith(start)),
        start,
      ).not.toEqual([]);
    }
  });

  test('a verb, option or script that does not exist is found', async () => {
    const page = [
      '`liaison notise show` and `scripts/liaison key list|rotat`; `npm run nothing`',
      '```sh\nnpm start -- --fro 20s   # a comment\nscripts/liaison notice preview --org europol\n```',
      '```\n$ LIAISON_LOG_LEVEL=debug scripts/liaison doctor --pong | jq .\nscripts/liaison outpt\n```',
    ].join('\n');
    const faults = await Promise.all(documentedCommands(page).map(faultOf));
    expect(faults.filter((fault) => fault !== undefined)).toHaveLength(6);
    expect(faults).toHaveLength(7);
  });

  test('quotes, placeholders, pipes and redirections are read as a shell reads them', async () => {
    const page = [
      '`liaison token create <service> <name>`, `liaison policy …`, `liaison quarantine show <entry>`',
      "```\n$ scripts/liaison tail 'status.delivered.*.*.red' --since 5m --json | head > out; echo $?\n```",
      '```sh\nscripts/liaison tail --event denied &&\n```',
      '`docker compose run --rm cli doctor`, `docker compose up -d`',
    ].join('\n');
    const found = documentedCommands(page);
    expect(found.map(({ words }) => words.slice(1).join(' '))).toEqual([
      'tail status.delivered.*.*.red --since 5m --json',
      'tail --event denied',
      'token create <service> <name>',
      'policy …',
      'quarantine show <entry>',
      'doctor',
    ]);
    expect(await Promise.all(found.map(faultOf))).toEqual(found.map(() => undefined));
  });
});
