import { exchangeMap } from '../../shared/workbench/map/exchange-map.js';
import { openWorkspace } from '../../shared/workbench/workspace.js';
import { digest } from '../../shared/trust/digest.js';
import type { ShownMap } from './shown-policies.js';
import type { WorkbenchRequestOf, Folders } from './asked.js';

/** `policy map` of the live rules or of the edited ones; to an organisation's author only what it gives itself. */
export function map({ folder, copy }: Folders, { of, org }: WorkbenchRequestOf<'map'>): ShownMap {
  const { basis, organisations, kinds, cells, faults } = exchangeMap(
    openWorkspace(of === 'live' ? folder : copy, digest),
  );
  return {
    basis,
    organisations,
    kinds,
    faults,
    cells: cells.filter(({ from }) => org === null || from === org),
  };
}
