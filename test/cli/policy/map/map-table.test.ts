import { describe, expect, test } from 'vitest';
import { createOutput } from '../../../../services/cli/terminal/output.js';
import { fromTable, mapTable } from '../../../../services/cli/policy/map/map-table.js';
import { parseOrgId } from '../../../../services/shared/kernel/ids.js';
import { exchangeMap } from '../../../../services/shared/workbench/map/exchange-map.js';
import { openWorkspace } from '../../../../services/shared/workbench/workspace.js';
import { digest } from '../../../../services/shared/trust/digest.js';
import { folder } from '../../../policies/sample.js';

const { stdout, stderr } = process;
const output = { ...createOutput({ stdout, stderr, env: { NO_COLOR: '1' }, json: false }), width: 120 };
const workspace = openWorkspace(folder, digest);

describe('the map in a terminal', () => {
  const text = mapTable(exchangeMap(workspace), output);

  test('has a line for each route and a column for each kind', () => {
    expect(text).toMatch(/^gives +to +red +yellow +blue +black +green +orange +purple +un-special +silver$/m);
    expect(text).toMatch(
      /^europol +interpol +◐ \d+\/\d+ +● +◐ \d+\/\d+ +● +● +◐ \d+\/\d+ +◐ \d+\/\d+ +● +◐ \d+\/\d+$/m,
    );
    expect(text).toMatch(/^ +ecopol +· +· +· +· +· +· +· +● +·$/m);
  });

  test('lists gaps, routes that one set closes, one-way routes and routes closed by several layers', () => {
    expect(text).toContain(
      'the example of blue does not reach europol, afripol, aseanapol, gccpol and ecopol; another may',
    );
    expect(text).toMatch(/of 21 pairs without a route, either way: .*red 12/);
    expect(text).toMatch(
      /^afripol\/export +afr-export-09-assets-at-home +3 +afripol → interpol, europol, gccpol: silver$/m,
    );
    expect(text).toMatch(/^interpol → ecopol +purple +nothing in interpol\/import permits it$/m);
    expect(text).toMatch(/^2 +the federation \(federation-02-h2-consent\) and the recipient's import$/m);
  });

  test('states that it uses examples, and says `never` only where no notice gets through', () => {
    expect(text).toContain('by the example of each kind (proto/examples)');
    const map = exchangeMap(workspace);
    expect(map.basis).toContain('other notices may differ');
    const never = { ...map.gaps, kinds: map.gaps.kinds.map((gap) => ({ ...gap, never: true })) };
    expect(text).not.toContain(' never ');
    expect(mapTable({ ...map, gaps: never }, output)).toContain(
      'red never reaches ecopol, whatever the notice',
    );
  });

  test('prints the summary before the routes', () => {
    const places = [/open\/partly\/closed/, /^gaps /m, /^gives +to /m, /^closed by /m].map((head) =>
      text.search(head),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test.each([80, 120])('fits %i columns without cutting the id of a rule', (width) => {
    const map = exchangeMap(workspace);
    const tables = [mapTable(map, { ...output, width }), fromTable(map, { ...output, width })];
    for (const table of tables) {
      expect(table.split('\n').filter((line) => line.length > width)).toEqual([]);
      expect(table).not.toContain('…');
      for (const id of Object.keys(map.reasons)) expect(tables.join()).toContain(id);
    }
  });
});

test('mapTable: one kind is a matrix, originators down and recipients across', () => {
  const text = mapTable(exchangeMap(workspace, ['red']), output);
  expect(text).toMatch(/^red to +interpol +europol +afripol +ameripol +aseanapol +gccpol +ecopol$/m);
  expect(text).toMatch(/^gccpol +◐ 12\/13 +● +· +· +· +·$/m);
});

test('fromTable: each cell of one originator lists withheld sections, layer, rule and reason', () => {
  const map = exchangeMap(workspace, ['red']);
  const europol = parseOrgId('europol');
  const text = fromTable({ ...map, cells: map.cells.filter(({ from }) => from === europol) }, output);
  expect(text).toMatch(
    /interpol +◐ partly +export +without judicial \(eur-export-09-h1-judicial\); sources \(nothing/,
  );
  expect(text).toMatch(
    /ecopol +· never +federation +federation-01-classification; also nothing in europol\/export/,
  );
  expect(text).toMatch(/^federation-01-classification +the recipient is not accredited/m);
});
