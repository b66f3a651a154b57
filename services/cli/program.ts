import { Command, CommanderError } from 'commander';
import { type Code, fail, type LiaisonError } from '../shared/kernel/errors.js';
import { didYouMean } from '../shared/kernel/nearest.js';
import type { Verb } from './verb.js';
import { loadBenchVerbs } from './bench-verbs.js';
import { GROUPS, type VerbEntry, VERBS } from './verb-table.js';

interface Program {
  /** The words after `liaison`. */
  readonly words: readonly string[];
  readonly version: string;
  readonly act: (verb: Verb, parsed: Parsed) => Promise<void>;
  readonly write: (text: string) => void;
}

/** What commander made of the words. */
export interface Parsed {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Parses the words, loads the one verb that they name, and acts. Help and version are written and end it. Throws
 * `usage` for everything that commander refuses.
 */
export async function runProgram({ words, version, act, write }: Program): Promise<void> {
  const program = silenced(new Command('liaison'), write)
    .description('a federated broker for police notices')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false);
  const verbs = [...VERBS, ...(await loadBenchVerbs(words))];
  const named = nameIn(verbs, words);
  const groups = new Map<string, Command>();
  for (const { name, summary, load } of verbs) {
    const [word = name, group] = name.split(' ').reverse();
    const parent = group === undefined ? program : groupOf(group, { program, groups, write });
    const command = silenced(parent.command(word, {}), write)
      .description(summary)
      .helpOption('-h, --help', 'show help');
    if (name !== named) continue;
    const { verb } = await load();
    declare(command, verb);
    command.action(() => act(verb, { args: command.args, options: command.opts() }));
  }
  refuseUnknownVerb(verbs, words);
  await program.parseAsync([...words], { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw usageError(error);
  });
}

interface Groups {
  readonly program: Command;
  readonly groups: Map<string, Command>;
  readonly write: (text: string) => void;
}

function groupOf(name: string, { program, groups, write }: Groups): Command {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const group = silenced(program.command(name), write)
    .description(GROUPS[name] ?? name)
    .helpCommand(false);
  groups.set(name, group);
  return group;
}

function declare(command: Command, verb: Verb): void {
  verb.configure(command);
  command
    .option(
      '--home <folder>',
      'where keys and data are (default: `LIAISON_HOME`, else `.liaison/` in the clone)',
    )
    .option(
      '--json',
      verb.streams === true
        ? 'machine form: NDJSON; it is what comes where stdout is no terminal, too'
        : 'machine form: JSON, or NDJSON where there are many',
    );
  const lines = verb.examples.map(([line, does]) => `  $ liaison ${line}\n      ${does}`);
  command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** Errors are thrown, not written, so that there is one place and one form for them. */
function silenced(command: Command, write: (text: string) => void): Command {
  return command.exitOverride().configureOutput({ writeOut: write, writeErr: () => {} });
}

type Verbs = readonly VerbEntry[];

function nameIn(verbs: Verbs, [first = '', second = '']: readonly string[]): string | undefined {
  return verbs.find(({ name }) => name === first || name === `${first} ${second}`)?.name;
}

/** Ours, because commander's suggestion does not know of two-word verbs. */
function refuseUnknownVerb(verbs: Verbs, [first, second]: readonly string[]): void {
  if (first === undefined || first.startsWith('-')) {
    if (first === undefined) throw fail('usage', 'no verb was given: `liaison --help` lists them');
    return;
  }
  if (verbs.some(({ name }) => name === first)) return;
  const group = verbs.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (group.length === 0)
    throw unknownVerb(first, [...verbs.map(({ name }) => name), ...Object.keys(GROUPS)]);
  if (second === undefined) throw fail('usage', `\`${first}\` needs one of: ${verbsOf(group).join(', ')}`);
  if (second.startsWith('-') || group.includes(`${first} ${second}`)) return;
  throw unknownVerb(`${first} ${second}`, group);
}

const verbsOf = (names: readonly string[]): readonly string[] =>
  names.map((name) => name.split(' ').at(-1) ?? name);

function unknownVerb(word: string, candidates: readonly string[]): LiaisonError {
  const near = didYouMean(word, candidates) || ': `liaison --help` lists them';
  return fail('usage', `there is no verb \`${word}\`${near}`);
}

/** Commander's words in our form: lower case, input in backticks. */
function usageError(error: CommanderError): LiaisonError {
  const code: Code = 'usage';
  const words = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean ([^?]+)\?\)$/, (_, name: string) => `, did you mean \`${name}\``)
    .replaceAll(/'([^']*)'/g, '`$1`')
    .replace(/\.$/, '')
    .replace(/^(.)/, (letter) => letter.toLowerCase());
  return fail(code, words);
}
