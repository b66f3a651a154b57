import { fail } from '../../shared/kernel/errors.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import { KINDS, type Kind } from '../../shared/notice/kinds.js';
import { findMember } from '../../shared/workbench/find-member.js';
import {
  type ExchangeMap,
  exchangeMap,
  onlyCellsOf,
  withBefore,
} from '../../shared/workbench/map/exchange-map.js';
import { openWorkspace } from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import { EXIT, type ExitCode } from '../terminal/exit-codes.js';
import { readFederation } from '../init/home-directory.js';
import type { Output } from '../terminal/output.js';
import { inPolicies } from './base/in-policies.js';
import { openPolicyBase } from './base/open-base.js';
import { openPolicySource } from './diff/policy-source.js';
import { mapPage } from './map/map-html.js';
import { fromTable, mapTable } from './map/map-table.js';
import { writeReport } from '../home/write-file.js';
import { type PolicyOptions, withPolicies } from '../home/policies-folder.js';
import type { Call, Verb } from '../verb.js';

interface MapOptions extends PolicyOptions {
  readonly kind?: string;
  readonly from?: string;
  readonly member?: string;
  readonly before?: string;
  readonly html?: string;
}

export const verb: Verb<MapOptions> = {
  configure: (command) =>
    withPolicies(command)
      .option('--kind <kind>', 'only this kind')
      .option('--from <organisation>', 'what this organisation shares, with the rule that closes the rest')
      .option('--member <organisation>', 'only what this organisation gives and receives')
      .option('--before <version>', 'mark what differs from an older folder or git revision')
      .option('--html <file>', 'write the map as one HTML page instead of printing it'),
  anyHome: true,
  examples: [
    ['policy map', 'who shares what with whom, by the example of each kind; gaps and one-way routes'],
    ['policy map --from europol --kind red', 'the layer and rule that close each route'],
    ['policy map --member gccpol --before HEAD', 'what your uncommitted changes open and close for gccpol'],
    ['policy map --html map.html', 'the same as a page'],
  ],
  run: (call) => inPolicies(call, (folder) => mapIn(folder, call), { atSite: AT_SITE }),
};

const AT_SITE =
  'who shares what depends on the rules of others, which are not at a site: `notice preview` asks the hub about a draft';

async function mapIn(folder: string, call: Call<MapOptions>): Promise<ExitCode> {
  const { options, output } = call;
  const workspace = openWorkspace(folder, digest);
  const kind = options.kind === undefined ? undefined : kindNamed(options.kind);
  const kinds = kind === undefined ? KINDS : [kind];
  const map = await mapOf(exchangeMap(workspace, kinds), call);
  if (options.html !== undefined) writePage(options.html, { map, policies: folder, output });
  const [from, member] = [options.from, options.member].map((name) =>
    name === undefined ? undefined : findMember(name, workspace.directory),
  );
  const shown = onlyCellsOf(map, {
    ...(from === undefined ? {} : { from }),
    ...(member === undefined ? {} : { member }),
  });
  if (output.json) output.record(shown);
  else if (options.html === undefined)
    output.print(options.from === undefined ? mapTable(shown, output) : fromTable(shown, output));
  return EXIT.yes;
}

function kindNamed(name: string): Kind {
  const kind = KINDS.find((each) => each === name);
  if (kind !== undefined) return kind;
  throw fail('kind-unknown', `no kind \`${name}\`${didYouMean(name, KINDS)}`);
}

/** Adds what the older version of `--before` let through. */
async function mapOf(map: ExchangeMap, call: Call<MapOptions>): Promise<ExchangeMap> {
  const { before } = call.options;
  if (before === undefined) return map;
  const { workspace } = await openPolicySource(before, await openPolicyBase(call, true));
  return withBefore(map, exchangeMap(workspace, map.kinds));
}

interface WritePageParams {
  readonly map: ExchangeMap;
  readonly policies: string;
  readonly output: Output;
}

function writePage(file: string, { map, policies, output }: WritePageParams): void {
  writeReport(file, mapPage(map, readFederation(policies)));
  output.note(`written to ${file}`);
}
