import type { JSX } from 'preact';
import type { ShownCommand, ShownResult } from '../../../shared/wire/shown-quarantine.js';
import { isRefusal, outcomeWords } from './command-words.js';

/** The outcome of a command and of each notice in the entry, as recorded on the ledger. */
export function CommandResult({ command }: { command: ShownCommand }): JSX.Element {
  return (
    <>
      <p class={isRefusal(command) ? 'bad' : 'good'}>
        <span class="dot" aria-hidden="true" />
        <b>{outcomeWords(command)}</b>
      </p>
      {command.results.map((result, at) => (
        <Result key={result.notice ?? at} result={result} />
      ))}
    </>
  );
}

function Result({ result }: { result: ShownResult }): JSX.Element {
  const lists = (['delivered', 'redacted', 'denied'] as const).filter((word) => result[word].length > 0);
  return (
    <section class="result" aria-label="Notice">
      <code>{result.notice ?? 'unreadable'}</code>
      {result.code !== null && <b class="code">{result.code}</b>}
      <dl>
        {lists.map((word) => (
          <div key={word}>
            <dt class={TONES[word]}>{word}</dt>
            <dd>{result[word].join(' ')}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

const TONES = { delivered: 'good', redacted: 'part', denied: 'bad' } as const;
