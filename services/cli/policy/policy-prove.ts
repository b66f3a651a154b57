import { setImmediate as yieldToEvents } from 'node:timers/promises';
import { fail } from '../../shared/kernel/errors.js';
import { INVARIANTS_FILE } from '../../shared/policy/adopted/bundle.js';
import { readTextOrThrow } from '../../shared/policy/load/rule-files.js';
import { digest } from '../../shared/trust/digest.js';
import { routesOf } from '../../shared/workbench/diff/diff-policies.js';
import {
  recheckDocument,
  type TimedRecheck,
  withheldDocument,
} from '../../shared/workbench/recheck/recheck-document.js';
import { recheckProofs } from '../../shared/workbench/recheck/recheck-proofs.js';
import { type Invariant, parseInvariants } from '../../shared/workbench/prove/invariant-file.js';
import { type ErringRule, erringRules } from '../../shared/workbench/prove/prove-errors.js';
import type { InvariantProof } from '../../shared/workbench/prove/prove-invariant.js';
import { type Proofs, provePolicies } from '../../shared/workbench/prove/prove-policies.js';
import { openWorkspace, type Workspace } from '../../shared/workbench/workspace.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { type Output, table } from '../terminal/output.js';
import type { Verb, Call } from '../verb.js';
import { inPolicies } from './base/in-policies.js';
import { type RecheckChoices, isWithheld, seedFor, withRecheck } from './recheck/recheck-options.js';
import { recheckLine, withheldText } from './recheck/recheck-text.js';

interface ProveOptions extends RecheckChoices, PolicyOptions {
  /** False with `--no-errors`, which also proves that no rule errs. */
  readonly errors?: boolean;
}

export const verb: Verb<ProveOptions> = {
  configure: (command) =>
    withPolicies(withRecheck(command)).option('--no-errors', 'also prove that every rule can be evaluated'),
  anyHome: true,
  examples: [
    [
      'policy prove',
      'proves every invariant for all notices and routes; exits with 1 and a counterexample if one fails',
    ],
    ['policy prove --no-errors', 'also proves that every rule can be evaluated for every notice'],
    ['policy prove --policies draft --json', 'for another folder, as one line of JSON'],
  ],
  run: (call) => inPolicies(call, (folder) => proveIn(folder, call), { atSite: AT_SITE }),
};

const AT_SITE =
  'invariants depend on the rules of others, which are not at a site: a router proves them when `policy release` sends yours';

async function proveIn(folder: string, { options, output, stopping }: Call<ProveOptions>): Promise<ExitCode> {
  const version = openWorkspace(folder, digest);
  const invariants = readInvariants(version);
  const proofs = provePolicies(version, invariants);
  const erring =
    options.errors === false
      ? erringRules({ version, space: proofs.space, routes: routesOf([version]) })
      : undefined;
  const start = performance.now();
  const onRoute = async (): Promise<void> => {
    await yieldToEvents();
    stopping.throwIfAborted();
  };
  const seed = seedFor(options, [version.sets]);
  const found = await recheckProofs({ version, invariants, ...proofs }, { seed, onRoute }).catch(
    (thrown: unknown) => {
      if (stopping.aborted) return undefined;
      throw thrown;
    },
  );
  if (found === undefined) return EXIT.interrupted;
  const proven = { ...proofs, erring, recheck: { ...found, millis: performance.now() - start } };
  return showProofs(proven, options, output);
}

/** The proofs with their recheck; `erring` with `--no-errors`. */
interface CheckedResult extends Proofs {
  readonly recheck: TimedRecheck;
  readonly erring: readonly ErringRule[] | undefined;
}

function showProofs(proven: CheckedResult, options: ProveOptions, output: Output): ExitCode {
  if (isWithheld(proven, options, output)) {
    output.show(withheldDocument(proven), () => withheldText(proven, output.paint));
    return EXIT.incomplete;
  }
  output.show(proveDocument(proven), () => proveText(proven, output));
  return proven.holds && (proven.erring ?? []).length === 0 ? EXIT.yes : EXIT.no;
}

/** Reads the invariants of the folder. Throws `usage` without the file, and the errors of `parseInvariants`. */
function readInvariants({ folder, sets }: Workspace): readonly Invariant[] {
  const text = readTextOrThrow(folder, INVARIANTS_FILE);
  if (text === undefined) throw fail('usage', `no \`${INVARIANTS_FILE}\` in the folder of policies`);
  return parseInvariants({ path: INVARIANTS_FILE, text }, sets.schema);
}

/** The output of `policy prove --json`. Sizes are numbers, exact up to 2⁵³. */
function proveDocument({ holds, proofs, cut, recheck, erring }: CheckedResult): object {
  const invariants = proofs.map(({ size, ...proof }) => ({
    ...proof,
    size: Number(size),
    ...(size === 0n ? { vacuous: true } : {}),
  }));
  return {
    holds,
    complete: cut.length === 0,
    cut,
    floor: recheckDocument(recheck),
    invariants,
    ...(erring === undefined ? {} : { erring }),
  };
}

/** Formats one line for each invariant, then the counterexample of each that fails. */
function proveText({ proofs, cut, recheck, erring }: CheckedResult, { paint, width }: Output): string {
  const { bold, green, red, yellow } = paint;
  const rows = proofs.map(({ id, says, joining = [], holds, size }) => [
    holds ? green('✓') : red('✗'),
    holds ? id : bold(id),
    size === 0n ? yellow('nothing') : size.toLocaleString('en'),
    joining.length === 0 ? says : `${says} (not demanded yet of ${joining.join(', ')})`,
  ]);
  const broken = proofs.filter(({ holds }) => !holds);
  const holding = proofs.length - broken.length;
  return [
    table(['', 'invariant', 'decisions', 'says'], rows, { paint, width }),
    ...broken.map((proof) => brokenText(proof, paint)),
    ...cut.map((words) => yellow(`not analysed: ${words}`)),
    ...(erring === undefined ? [] : erringText(erring, paint)),
    recheckLine(recheck),
    holding === proofs.length
      ? green(`all ${holding} hold`)
      : red(`${broken.length} of ${proofs.length} do not hold`),
  ].join('\n\n');
}

/** Formats the rules that can err, each with a notice. */
function erringText(erring: readonly ErringRule[], { bold, dim, green, red }: Output['paint']) {
  if (erring.length === 0) return [green('every rule can be evaluated for every notice')];
  return erring.map(({ rule, place, permission, counterexample }) => {
    const { from, to, section } = counterexample;
    const what = section === null ? permission : `${permission} ${section}`;
    const why = rule === null ? 'the facts do not fit the schema' : 'cannot be evaluated';
    return [
      `${red('✗')} ${bold(rule ?? place)} ${place}: ${why} from ${from} to ${to} for ${what}; as input for \`policy explain\`:`,
      dim(JSON.stringify(counterexample)),
    ].join('\n');
  });
}

/** Formats a counterexample on its own line, as input for `policy explain`. */
function brokenText({ id, counterexample }: InvariantProof, { bold, dim, red }: Output['paint']): string {
  if (counterexample === undefined) {
    return `${red('✗')} ${bold(id)}: applies to nothing, because no notice meets its condition`;
  }
  const { from, to, section } = counterexample;
  const what = section === null ? 'the notice' : section;
  return [
    `${red('✗')} ${bold(id)}: broken from ${from} to ${to} for ${what}; as input for \`policy explain\`:`,
    dim(JSON.stringify(counterexample)),
  ].join('\n');
}
