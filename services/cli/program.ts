import { Command, CommanderError } from 'commander';
import { fail, type LiaisonError } from '../shared/kernel/errors.js';
import { didYouMean } from '../shared/kernel/nearest.js';
import type { Verb } from './verb.js';
import { loadBenchVerbs } from './bench-verbs.js';
import { GROUPS, VERBS } from './verb-table.js';
import type { VerbEntry } from './verb-entry.js';
import { BUILT_IN_VERBS, configure } from './verb-options.js';

interface RunProgramParams {
  /** The words after `liaison`. */
  readonly words: readonly string[];
  readonly version: string;
  /** Runs the verb that the words name. */
  readonly act: (verb: Verb, parsed: Parsed) => Promise<void>;
  /** Writes help and version to stdout. */
  readonly write: (text: string) => void;
}

/** The arguments and options of a call, as commander parsed them. */
export interface Parsed {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Parses the words of a command line, loads the verb they name and runs it. Writes help and version instead where they
 * are asked for, also by `help` and `version`. Throws `usage` for an unknown verb and for everything that commander refuses.
 */
export async function runProgram({ words: given, version, act, write }: RunProgramParams): Promise<void> {
  const words = plainWords(given);
  const program = throwing(new Command('liaison'), write)
    .description('a federated broker for police notices')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand(false);
  const verbs = [...VERBS, COMPLETION, ...(await loadBenchVerbs(words))];
  const called = calledVerb(verbs, words);
  const groups = new Map<string, Command>();
  let calledCommand: Command | undefined;
  for (const { name, summary, load } of verbs) {
    const [word = name, group] = name.split(' ').reverse();
    const parent = group === undefined ? program : groupOf(group, { program, groups, write });
    const command = throwing(parent.command(word, {}), write)
      .description(summary)
      .helpOption('-h, --help', 'show help');
    if (name !== called) continue;
    calledCommand = command;
    const { verb } = await load();
    configure(command, verb);
    command.action(() => act(verb, { args: command.args, options: command.opts() }));
  }
  refuseUnknownVerb(verbs, words);
  await program.parseAsync([...words], { from: 'user' }).catch((error: unknown) => {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw missingInput(error, calledCommand) ?? usageError(error);
  });
}

/**
 * Returns the words in the form that commander parses: `--home` may stand before the verb, `help notice submit` is
 * `notice submit --help`, and `version` is `--version`.
 */
function plainWords(given: readonly string[]): readonly string[] {
  const [first, second, ...others] = given;
  if (first === '--home' && second !== undefined) return [...plainWords(others), first, second];
  const rest = given.slice(1);
  if (first?.startsWith('--home=') === true) return [...plainWords(rest), first];
  if (first === 'help') return [...rest, '--help'];
  return first === 'version' ? ['--version'] : given;
}

/** Returns one error that names every argument and option that a call lacks; undefined for any other error. */
function missingInput({ code }: CommanderError, command: Command | undefined): LiaisonError | undefined {
  if (command === undefined || !MISSING.includes(code)) return undefined;
  const absent = command.registeredArguments.slice(command.args.length).filter(({ required }) => required);
  const unset = command.options.filter(
    (option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
  );
  const needs = [
    ...absent.map((argument) => `\`<${argument.name()}>\` (${argument.description})`),
    ...unset.map(({ flags, description }) => `\`${flags}\` (${description})`),
  ];
  const name = [command.parent?.parent ? command.parent.name() : '', command.name()]
    .filter(Boolean)
    .join(' ');
  return fail('usage', `\`${name}\` needs ${needs.join(' and ')}`);
}

const MISSING = ['commander.missingArgument', 'commander.missingMandatoryOptionValue'];

/** Completes all other verbs, and is therefore not in their table. */
const COMPLETION: VerbEntry = {
  name: 'completion',
  summary: 'print the completion of verbs and options for bash, zsh or fish',
  load: async () => {
    const { createCompletion } = await import('./completion/completion.js');
    return { verb: createCompletion([...VERBS, COMPLETION], Object.keys(GROUPS)) };
  },
};

interface GroupOfParams {
  readonly program: Command;
  readonly groups: Map<string, Command>;
  readonly write: (text: string) => void;
}

function groupOf(name: string, { program, groups, write }: GroupOfParams): Command {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const verb = program.commands.find((command) => command.name() === name);
  const group =
    verb?.helpCommand(false) ??
    throwing(program.command(name), write)
      .description(GROUPS[name] ?? name)
      .helpCommand(false);
  groups.set(name, group);
  return group;
}

/** Makes commander throw its errors instead of writing them: `main.ts` shows every error in one form. */
function throwing(command: Command, write: (text: string) => void): Command {
  return command.exitOverride().configureOutput({ writeOut: write, writeErr: () => {} });
}

type Verbs = readonly VerbEntry[];

function calledVerb(verbs: Verbs, [first = '', second = '']: readonly string[]): string | undefined {
  const names = verbs.map(({ name }) => name);
  // A verb may have verbs of its own, as `inbox` has `inbox life`.
  return names.find((name) => name === `${first} ${second}`) ?? names.find((name) => name === first);
}

/** Refuses a misspelt verb with the nearest one; commander's own suggestion does not know two-word verbs. */
function refuseUnknownVerb(verbs: Verbs, [first, second]: readonly string[]): void {
  if (first === undefined) throw fail('usage', 'no verb given: `liaison --help` lists them');
  if (first.startsWith('-') || verbs.some(({ name }) => name === first)) return;
  const group = verbs.filter(({ name }) => name.startsWith(`${first} `)).map(({ name }) => name);
  if (group.length === 0)
    throw unknownVerb(first, [...verbs.map(({ name }) => name), ...Object.keys(GROUPS), ...BUILT_IN_VERBS]);
  if (second === undefined) throw fail('usage', `\`${first}\` needs one of: ${verbsOf(group).join(', ')}`);
  if (second.startsWith('-') || group.includes(`${first} ${second}`)) return;
  throw unknownVerb(`${first} ${second}`, group);
}

const verbsOf = (names: readonly string[]): readonly string[] =>
  names.map((name) => name.split(' ').at(-1) ?? name);

function unknownVerb(word: string, candidates: readonly string[]): LiaisonError {
  const near = didYouMean(word, candidates) || ': `liaison --help` lists them';
  return fail('usage', `unknown verb \`${word}\`${near}`);
}

/** Rewrites a message of commander in the form of this project: lower case, input in backticks, no full stop. */
function usageError(error: CommanderError): LiaisonError {
  const words = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did you mean ([^?]+)\?\)$/, (_, name: string) => `, did you mean \`${name}\``)
    .replaceAll(/'([^']*)'/g, '`$1`')
    .replace(/\.$/, '')
    .replace(/^(.)/, (letter) => letter.toLowerCase());
  return fail('usage', words);
}
