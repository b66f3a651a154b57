import { Argument, Command } from 'commander';
import { EXIT } from '../terminal/exit-codes.js';
import type { Verb } from '../verb.js';
import { BUILT_IN_VERBS, configure } from '../verb-options.js';
import type { VerbEntry } from '../verb-entry.js';
import { SHELLS, type Shell, type WordList } from './shells.js';

/** Creates the verb that prints the completion of these verbs. */
export function createCompletion(verbs: readonly VerbEntry[], groups: readonly string[]): Verb<object> {
  return {
    configure: (command) =>
      command.addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(SHELLS))),
    anyHome: true,
    examples: [
      ['completion bash > ~/.local/share/bash-completion/completions/liaison', 'for new bash sessions'],
      ['completion zsh > ~/.zfunc/_liaison', 'for zsh, with `~/.zfunc` in `fpath`'],
      ['completion fish > ~/.config/fish/completions/liaison.fish', 'for fish'],
    ],
    run: async ({ args, output }) => {
      const [shell = 'bash'] = args;
      const lists = await wordLists(verbs, groups);
      output.show(lists, () => SHELLS[shell as Shell](lists));
      return EXIT.yes;
    },
  };
}

/** Returns the words that may follow each prefix of a command line: verbs, then the second words of groups, then options. */
async function wordLists(
  verbs: readonly VerbEntry[],
  groups: readonly string[],
): Promise<readonly WordList[]> {
  const names = verbs.map(({ name }) => name);
  const first = [...new Set(names.map((name) => name.split(' ')[0] ?? name)), ...BUILT_IN_VERBS];
  const second = groups.flatMap((group) => {
    const own = names.filter((name) => name.startsWith(`${group} `));
    return own.length === 0 ? [] : [{ after: group, words: own.map((name) => name.slice(group.length + 1)) }];
  });
  const options = verbs.map(async ({ name, load }) => ({
    after: name,
    words: optionsOf((await load()).verb),
  }));
  return merged([
    { after: '', words: first },
    ...second,
    ...(await Promise.all(options)),
    { after: 'help', words: first },
  ]);
}

/** Joins the lists of a verb that is a group too. */
function merged(lists: readonly WordList[]): readonly WordList[] {
  const words = new Map<string, readonly string[]>();
  for (const { after, words: more } of lists) words.set(after, [...(words.get(after) ?? []), ...more]);
  return [...words].map(([after, all]) => ({ after, words: all }));
}

function optionsOf(verb: Verb): readonly string[] {
  const command = new Command();
  configure(command, verb);
  const choices = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  return [...choices, ...command.options.flatMap(({ long }) => long ?? []), '--help'];
}
