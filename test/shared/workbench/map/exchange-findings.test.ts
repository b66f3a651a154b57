import { expect, test } from 'vitest';
import type { Kind } from '../../../../services/shared/notice/kinds.js';
import type { Layer } from '../../../../services/shared/policy/engine.js';
import type {
  ExchangeCell,
  Closing,
  ExchangeRoute,
} from '../../../../services/shared/workbench/map/exchange-cells.js';
import { findingsOf } from '../../../../services/shared/workbench/map/exchange-findings.js';
import { exchangeMap } from '../../../../services/shared/workbench/map/exchange-map.js';
import { openWorkspace } from '../../../../services/shared/workbench/workspace.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { folder } from '../../../policies/sample.js';
import { alfa, bravo, charlie } from '../../policy/folder.js';

const organisations = [alfa, bravo, charlie];
const kinds: readonly Kind[] = ['red', 'blue'];

const open = (route: ExchangeRoute): ExchangeCell => ({ ...route, state: 'open', sections: [] });
const closed =
  (layer: Layer, rule: string | null = null, also: readonly Closing[] = []) =>
  (route: ExchangeRoute): ExchangeCell => ({ ...route, state: 'closed', layer, rule, also, never: false });

/** Returns a map in which every route is open except those named, as in `alfa bravo red`. */
function found(special: Readonly<Record<string, (route: ExchangeRoute) => ExchangeCell>>) {
  const cells = organisations.flatMap((from) =>
    kinds.flatMap((kind) =>
      organisations
        .filter((to) => to !== from)
        .map((to) => (special[`${from} ${to} ${kind}`] ?? open)({ from, to, kind })),
    ),
  );
  return findingsOf({ organisations, kinds, cells });
}

test('map findings: with every route open there are none', () => {
  const { gaps, asymmetries, alone, overlaps, summary } = found({});
  expect({ gaps, asymmetries, alone, overlaps }).toEqual({
    gaps: { pairs: [], routes: [], kinds: [] },
    asymmetries: [],
    alone: [],
    overlaps: [],
  });
  expect(summary[0]).toEqual({
    org: alfa,
    gives: { kinds: 2, open: 4, partly: 0, closed: 0 },
    receives: { kinds: 2, open: 4, partly: 0, closed: 0 },
  });
});

test('map findings: a kind without a route in either direction is a gap of the pair; all kinds, a gap between them', () => {
  const no = closed('export');
  const [there, back] = ['alfa bravo', 'bravo alfa'];
  const one = found({ [`${there} red`]: no, [`${back} red`]: no, [`${there} blue`]: no });
  expect(one.gaps).toEqual({ pairs: [], routes: [{ between: [alfa, bravo], kind: 'red' }], kinds: [] });
  const all = found(
    Object.fromEntries(kinds.flatMap((k) => [`${there} ${k}`, `${back} ${k}`]).map((r) => [r, no])),
  );
  expect(all.gaps.pairs).toEqual([[alfa, bravo]]);
});

test('map findings: a kind that reaches an organisation from no other is a gap, `never` if no notice of it could', () => {
  const no = closed('import');
  const never = (route: ExchangeRoute): ExchangeCell => ({ ...no(route), never: true }) as ExchangeCell;
  const one = found({ 'alfa charlie red': never, 'bravo charlie red': no });
  expect(one.gaps.kinds).toEqual([{ to: charlie, kind: 'red', never: false }]);
  const both = found({ 'alfa charlie red': never, 'bravo charlie red': never });
  expect(both.gaps.kinds).toEqual([{ to: charlie, kind: 'red', never: true }]);
});

test('map findings: a route whose way back is closed is an asymmetry, with what closes the way back', () => {
  const { asymmetries } = found({ 'bravo alfa red': closed('export', 'not-to-alfa') });
  expect(asymmetries).toEqual([
    { from: alfa, to: bravo, kind: 'red', state: 'open', back: { layer: 'export', rule: 'not-to-alfa' } },
  ]);
});

test('map findings: a route that one layer closes is listed by its set; one that several close is an overlap', () => {
  const both = closed('federation', 'f', [{ layer: 'import', rule: null }]);
  const { alone, overlaps } = found({
    'alfa bravo red': closed('import'),
    'charlie bravo red': closed('import'),
    'alfa charlie red': closed('export', 'x'),
    'alfa bravo blue': both,
  });
  expect(alone).toEqual([
    {
      set: 'bravo/import',
      rule: null,
      routes: [
        { from: alfa, to: bravo, kind: 'red' },
        { from: charlie, to: bravo, kind: 'red' },
      ],
    },
    { set: 'alfa/export', rule: 'x', routes: [{ from: alfa, to: charlie, kind: 'red' }] },
  ]);
  expect(overlaps).toEqual([
    {
      from: alfa,
      to: bravo,
      kind: 'blue',
      closings: [
        { layer: 'federation', rule: 'f' },
        { layer: 'import', rule: null },
      ],
    },
  ]);
});

test('map findings: every closed route of the shipped policies is in one of the two lists, the same each time', () => {
  const map = exchangeMap(openWorkspace(folder, digest));
  const count = (state: ExchangeCell['state']): number =>
    map.cells.filter((cell) => cell.state === state).length;
  expect(map.cells).toHaveLength(7 * 6 * 9);
  expect(map.alone.flatMap(({ routes }) => routes).length + map.overlaps.length).toBe(count('closed'));
  expect(map.faults).toEqual([]);
  expect(JSON.stringify(exchangeMap(openWorkspace(folder, digest)))).toBe(JSON.stringify(map));
});
