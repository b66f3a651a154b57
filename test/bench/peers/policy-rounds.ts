import { fail } from '../../../services/shared/kernel/errors.js';
import { createCedarSlots } from '../../../services/shared/policy/cedar/cedar-engine.js';
import { createCompiledEngine } from '../../../services/shared/policy/compiled-engine.js';
import type { Engine, Question } from '../../../services/shared/policy/engine.js';
import { type Figures, figuresOf } from '../figures.js';
import { withMembers } from '../many-members.js';
import { unlessStopped } from '../unless-stopped.js';
import { usageOf } from '../usage.js';
import { casbinPeer } from './casbin-peer.js';
import { cerbosPeer } from './cerbos-peer.js';
import { type LeftOut, partPeers } from './left-out.js';
import type { PolicyPeer, RunningPolicy } from './policy-peer.js';
import { countOf, questionsOf, SET } from './policy-questions.js';

/** The figures of one engine over all rounds. */
export interface RankedPolicy {
  readonly name: string;
  readonly says: string;
  /** CPU microseconds per decision, of its process and this process together. */
  readonly micros: Figures;
  /** The ratio to the time of the first engine in the same round. */
  readonly ratio: Figures;
}

export interface PolicyRounds {
  readonly rules: number;
  /** The number of distinct questions; all engines gave the same answer to each. */
  readonly questions: number;
  /** The number of questions that are allowed. */
  readonly allowed: number;
  readonly engines: readonly RankedPolicy[];
  readonly leftOut: readonly LeftOut[];
}

type Contender = RunningPolicy & Pick<PolicyPeer, 'name' | 'says' | 'times'>;

interface Rounds {
  readonly env: NodeJS.ProcessEnv;
  readonly stopping: AbortSignal;
  readonly say: (words: string) => void;
  readonly policies: string;
  readonly rounds: number;
}

/** Measures every engine with the same rules in its own language, after checking that all engines agree. */
export async function measurePolicies({
  env,
  stopping,
  say,
  policies,
  rounds,
}: Rounds): Promise<PolicyRounds> {
  const version = withMembers(policies);
  const rules = version.sets.sets.get(SET)?.rules ?? [];
  const members = [...version.directory.organisations.values()];
  const { there, leftOut } = partPeers([casbinPeer, cerbosPeer], env);
  const all = 'every rule that decided';
  const contenders: Contender[] = [
    { name: 'Liaison, compiled', says: all, times: 40_000, ...libraryOf(createCompiledEngine(version.sets)) },
    { name: 'cedar-wasm', says: all, times: 400, ...libraryOf(createCedarSlots().load(version.sets)) },
  ];
  try {
    for (const peer of there) contenders.push({ ...peer, ...(await peer.start(rules, env)) });
    const ask = (count: number): readonly Question[] => questionsOf(members, count);
    say(`policy: ${rules.length} rules in ${contenders.length} engines`);
    const different = countOf(members);
    const allowed = await agree(contenders, { ask, different });
    return {
      rules: rules.length,
      questions: different,
      allowed,
      engines: await unlessStopped(rank(contenders, { ask, rounds }), stopping),
      leftOut,
    };
  } finally {
    await Promise.all(contenders.map(({ stop }) => stop()));
  }
}

function libraryOf(engine: Engine): RunningPolicy {
  const decide = (question: Question): boolean => engine.evaluate(SET, question).decision === 'allow';
  return { decide: (questions) => questions.map(decide), stop: async () => {} };
}

/** Returns the number of allowed questions. Throws `internal` when one engine gives a different answer. */
async function agree(
  [first, ...others]: readonly Contender[],
  { ask, different }: { ask: (count: number) => readonly Question[]; different: number },
): Promise<number> {
  const questions = ask(different);
  const wanted = (await first?.decide(questions)) ?? [];
  for (const { name, decide } of others) {
    const answers = await decide(questions);
    const at = answers.findIndex((answer, index) => answer !== wanted[index]);
    if (at !== -1)
      throw fail('internal', `${name} gives a different answer: ${JSON.stringify(questions[at])}`);
  }
  return wanted.filter((answer) => answer).length;
}

async function rank(
  contenders: readonly Contender[],
  { ask, rounds }: { ask: (count: number) => readonly Question[]; rounds: number },
): Promise<readonly RankedPolicy[]> {
  const spent = new Map(contenders.map((contender) => [contender, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const micros = await costOf(contender, ask(contender.times));
      if (round > 0) spent.get(contender)?.push(micros);
    }
  }
  const [ours = []] = spent.values();
  return [...spent].map(([{ name, says }, micros]) => {
    const ratios = micros.map((each, round) => each / (ours[round] ?? Number.NaN));
    return { name, says, micros: figuresOf(micros), ratio: figuresOf(ratios) };
  });
}

async function costOf({ decide, pid }: Contender, questions: readonly Question[]): Promise<number> {
  const [before, own] = [usageOf(pid).cpu, process.cpuUsage()];
  const answers = decide(questions);
  if (answers instanceof Promise) await answers;
  const { user, system } = process.cpuUsage(own);
  return ((usageOf(pid).cpu - before) * 1e6 + user + system) / questions.length;
}
