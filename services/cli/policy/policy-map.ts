import { fail } from '../../shared/kernel/errors.js';
import { didYouMean } from '../../shared/kernel/nearest.js';
import { KINDS, type Kind } from '../../shared/notice/kinds.js';
import { type ExchangeMap, exchangeMap } from '../../shared/workbench/map/exchange-map.js';
import { openWorkspace } from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import { EXIT } from '../terminal/exit-codes.js';
import { readFederation } from '../init/home-directory.js';
import type { Output } from '../terminal/output.js';
import { mapPage } from './map/map-html.js';
import { fromTable, mapTable } from './map/map-table.js';
import { writeReport } from '../home/write-file.js';
import { withPolicies } from '../home/policies-folder.js';
import type { Verb } from '../verb.js';

interface MapOptions {
  readonly policies: string;
  readonly kind?: string;
  readonly from?: string;
  readonly html?: string;
}

export const verb: Verb<MapOptions> = {
  configure: (command) =>
    withPolicies(command)
      .option('--kind <kind>', 'only this kind')
      .option('--from <organisation>', 'what this organisation shares, with the rule that closes the rest')
      .option('--html <file>', 'write the map as one HTML page instead of printing it'),
  examples: [
    ['policy map', 'who shares what with whom, by the example of each kind; gaps and one-way routes'],
    ['policy map --from europol --kind red', 'the layer and rule that close each route'],
    ['policy map --html map.html', 'the same as a page'],
  ],
  run: async ({ options, output }) => {
    const workspace = openWorkspace(options.policies, digest);
    const kind = options.kind === undefined ? undefined : kindNamed(options.kind);
    const map = exchangeMap(workspace, kind === undefined ? KINDS : [kind]);
    if (options.html !== undefined) writePage(options.html, { map, policies: options.policies, output });
    const shown = options.from === undefined ? map : onlyFrom(options.from, map);
    if (output.json) output.record(shown);
    else if (options.html === undefined)
      output.print(options.from === undefined ? mapTable(shown, output) : fromTable(shown, output));
    return EXIT.yes;
  },
};

function kindNamed(name: string): Kind {
  const kind = KINDS.find((each) => each === name);
  if (kind !== undefined) return kind;
  throw fail('kind-unknown', `no kind \`${name}\`${didYouMean(name, KINDS)}`);
}

/** Keeps the cells of one originator; the findings remain those of the whole map. */
function onlyFrom(name: string, map: ExchangeMap): ExchangeMap {
  const from = map.organisations.find((each) => each === name);
  if (from !== undefined) return { ...map, cells: map.cells.filter((cell) => cell.from === from) };
  throw fail('organisation-unknown', `no organisation \`${name}\`${didYouMean(name, map.organisations)}`);
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
