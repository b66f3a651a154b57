import { Argument } from 'commander';
import type { Home } from '../../shared/runtime/home.js';
import { findRunning, requireRunning } from '../home/run-file.js';
import { newestDirectory, signHomeDirectory } from '../init/home-directory.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { type Output, table } from '../terminal/output.js';
import { lockDirectory } from '../up/lock.js';
import type { Verb } from '../verb.js';
import { type ContractSpeaker, judgeRaise, type RaiseVerdict } from './judge-raise.js';
import { inForce, readSpeakers } from './read-speakers.js';

export const verb: Verb = {
  configure: (command) =>
    command.addArgument(
      new Argument('[raise]', 'raise it, once every member in force and the hub speak a newer one').choices([
        'raise',
      ]),
    ),
  examples: [
    [
      'hub contract',
      'the contract of the hub, and the newest that each member and process of the hub speaks',
    ],
    ['hub contract raise', 'after all were upgraded; else it names those that do not speak the next one'],
  ],
  run: async ({ args: [action], home, output }) =>
    action === undefined ? show(home, output) : raise(home, output),
};

async function show(home: Home, output: Output): Promise<ExitCode> {
  const directory = await newestDirectory(home, output.note);
  const { members, processes } = await readSpeakers(directory, findRunning(home));
  const shown = { contract: directory.hub.contract, members, processes };
  output.show(shown, () => speakerTable(directory.hub.contract, [...members, ...processes], output));
  return EXIT.yes;
}

async function raise(home: Home, output: Output): Promise<ExitCode> {
  const run = requireRunning(home);
  const lock = lockDirectory(home);
  try {
    const directory = await newestDirectory(home, output.note);
    const { contract } = directory.hub;
    const verdict = judgeRaise(contract, inForce(await readSpeakers(directory, run)));
    const raised = verdict.type === 'raise' ? verdict.to : undefined;
    const { version } =
      raised === undefined
        ? directory
        : await signHomeDirectory(home, { now: new Date(), hubContract: raised, say: output.note });
    output.show({ ...verdict, contract: raised ?? contract, version }, () =>
      raiseText(verdict, { contract, version }),
    );
    return verdict.type === 'lacking' ? EXIT.no : EXIT.yes;
  } finally {
    lock.release();
  }
}

function speakerTable(
  hub: number,
  speakers: readonly (ContractSpeaker & { readonly inForce?: boolean })[],
  { paint, width }: Pick<Output, 'paint' | 'width'>,
): string {
  const rows = speakers.map(({ name, contract, inForce = true }) => [
    paint.bold(name),
    contract === null ? paint.red('does not answer') : String(contract),
    inForce ? '' : paint.dim('not in force'),
  ]);
  return `the hub writes contract ${hub}\n\n${table(['who', 'speaks up to', ''], rows, { paint, width })}`;
}

function raiseText(
  verdict: RaiseVerdict,
  { contract, version }: { contract: number; version: number },
): string {
  switch (verdict.type) {
    case 'raise':
      return `the hub writes contract ${verdict.to} from version ${version} of the directory on; before it was ${contract}`;
    case 'nothing':
      return `there is nothing to raise: all speak contract ${contract}, and none a newer one`;
    case 'lacking':
      return `the contract stays ${contract}: ${verdict.to} is not spoken by ${verdict.lacking.map(speakerText).join(', ')}`;
  }
}

/** Names a speaker with what it speaks. */
export const speakerText = ({ name, contract }: ContractSpeaker): string =>
  contract === null ? `${name} (does not answer)` : `${name} (${contract})`;
