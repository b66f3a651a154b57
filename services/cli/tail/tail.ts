import { KINDS } from '../../shared/notice/kinds.js';
import { EVENTS, OUTCOMES } from '../../shared/wire/status-words.js';
import { parseDuration, parseList, parseNumber, parseSince, parseWords } from '../terminal/parse-options.js';
import { runTail, type TailOptions } from './run-tail.js';
import type { Verb } from '../verb.js';

export const verb: Verb<TailOptions> = {
  configure: (command) =>
    command
      .argument('[subject]', 'NATS subject with wildcards (default: `status.>`)')
      .option('--org <organisation>', "with this organisation's own keys, which tell only of its own notices")
      .option(
        '--since <time>',
        'first what the console kept: `15m` ago, or since a time; a day at most',
        parseSince,
      )
      .option('--until-end', 'end when that has been told')
      .option('--from <organisations>', 'of these originators', parseList)
      .option('--to <organisations>', 'for these recipients', parseList)
      .option('--kind <kinds>', 'red, yellow, …', parseWords(KINDS))
      .option('--event <events>', 'submitted, delivered, redacted, denied, received, …', parseWords(EVENTS))
      .option('--outcome <outcomes>', 'delivered, redacted, denied, held, …', parseWords(OUTCOMES))
      .option('--for <time>', 'end after so long', parseDuration)
      .option('--count <n>', 'end after so many events', parseNumber(1, 1_000_000_000)),
  streams: true,
  examples: [
    ['tail', 'everything as it happens; space pauses, q ends'],
    ['tail --event denied,refused --from europol', 'what did not go through'],
    ["tail 'status.delivered.*.afripol.red'", 'by subject, as any NATS client would'],
    ["tail 'status.delivered.*.*.red' --since 5m --until-end --json | head", 'what has happened, as NDJSON'],
    ['tail --since 1h --org europol', 'the last hour, then as it happens, as that organisation may see it'],
    ['tail --json --count 100 | jq -r .recipient | sort | uniq -c', 'NDJSON for pipes'],
  ],
  run: runTail,
};
