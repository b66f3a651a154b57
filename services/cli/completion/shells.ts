/** The words that may follow the verb words `after`; empty at the beginning of a command line. */
export interface WordList {
  readonly after: string;
  readonly words: readonly string[];
}

/**
 * Writes the completion of each shell. Verbs and options consist of letters, digits and hyphens, so that no word needs
 * quotes.
 */
export const SHELLS = { bash, zsh, fish };

/** A shell with a completion. */
export type Shell = keyof typeof SHELLS;

function bash(lists: readonly WordList[]): string {
  return `# bash completion of liaison
_liaison_words() {
${posixCase(lists)}
}
_liaison() {
  local word verb= at current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
  case $before in
    --home | --policies)
      mapfile -t COMPREPLY < <(compgen -d -- "$current")
      return
      ;;
  esac
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    case $word in
      --home) ((at++)) ;;
      -*) ;;
      *) [ -n "$(_liaison_words "\${verb:+$verb }$word")" ] || break; verb=\${verb:+$verb }$word ;;
    esac
  done
  mapfile -t COMPREPLY < <(compgen -W "$(_liaison_words "$verb")" -- "$current")
  [ \${#COMPREPLY[@]} -gt 0 ] || mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -o filenames -F _liaison liaison`;
}

function zsh(lists: readonly WordList[]): string {
  return `#compdef liaison
# zsh completion of liaison
_liaison_words() {
${posixCase(lists)}
}
_liaison() {
  local word verb= before=\${words[CURRENT - 1]}
  local -i at
  case $before in
    --home | --policies) _files -/; return ;;
  esac
  for ((at = 2; at < CURRENT; at++)); do
    word=\${words[at]}
    case $word in
      --home) ((at++)) ;;
      -*) ;;
      *) [ -n "$(_liaison_words "\${verb:+$verb }$word")" ] || break; verb=\${verb:+$verb }$word ;;
    esac
  done
  compadd -- \${=$(_liaison_words "$verb")} || _files
}
compdef _liaison liaison`;
}

/** Returns a POSIX `case` that prints the words after the verb words in `$1`. */
function posixCase(lists: readonly WordList[]): string {
  const branches = lists.map(({ after, words }) => `    '${after}') echo '${words.join(' ')}' ;;`);
  return ['  case $1 in', ...branches, '  esac'].join('\n');
}

function fish(lists: readonly WordList[]): string {
  const branches = lists.flatMap(({ after, words }) => [
    `    case '${after}'`,
    `      string split ' ' '${words.join(' ')}'`,
  ]);
  return `# fish completion of liaison
function __liaison_words
  switch "$argv"
${branches.join('\n')}
  end
end
function __liaison_complete
  set -l verb
  for word in (commandline -opc)[2..]
    string match -q -- '-*' $word; and continue
    test (count (__liaison_words $verb $word)) -gt 0; or break
    set verb $verb $word
  end
  __liaison_words $verb
end
complete -c liaison -a '(__liaison_complete)'`;
}
