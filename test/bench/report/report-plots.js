// Draws the plots of a report. The report page embeds this script after uPlot and the data.
(() => {
  const { uPlot, document } = globalThis;
  const all = JSON.parse(document.getElementById('series').textContent);
  const places = [...document.querySelectorAll('.plot')];
  /** Up to this many x values are chosen sizes, each with its own tick; more are samples over time. */
  const CHOSEN = 10;
  /** From this ratio of the largest to the smallest x value, the x axis is logarithmic. */
  const WIDE = 16;
  const FAR = 1_000;
  const COLOURS = 6;

  const colour = (name) =>
    globalThis.getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const short = (value) => value.toLocaleString('en', { maximumSignificantDigits: 3 });

  /** Returns the columns for uPlot: every `x` once, and for each line its `y` at that `x`, or null. */
  function dataOf({ lines }) {
    const xs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b);
    const columns = lines.map(({ points }) => {
      const byX = new Map(points.map(({ x, y }) => [x, y]));
      return xs.map((x) => byX.get(x) ?? null);
    });
    return [xs, ...columns];
  }

  function scaleOf(xs) {
    const [least, most] = [xs[0], xs.at(-1)];
    if (least > 0 && most / least >= WIDE)
      return { time: false, distr: 3, log: 2, range: () => [least / 1.15, most * 1.15] };
    const margin = (most - least) * 0.04 || 1;
    return { time: false, range: () => [least - margin, most + margin] };
  }

  /** Returns the y scale: from zero, or logarithmic where a small line would be invisible at the bottom. */
  function heightsOf(columns) {
    const values = columns.flat().filter((value) => value !== null);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    if (columns.length < 2 || least <= 0 || most / least < FAR)
      return { scale: { range: () => [0, most * 1.1 || 1] } };
    const first = Math.floor(Math.log10(least));
    const powers = Array.from(
      { length: Math.floor(Math.log10(most)) - first + 1 },
      (_, n) => 10 ** (first + n),
    );
    const scale = { distr: 3, log: 10, range: () => [10 ** first, most * 2] };
    return { scale, ticks: { splits: () => powers } };
  }

  function axesOf(xs, ticks) {
    const axis = {
      stroke: colour('--muted'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
      filter: (_chart, splits) => splits,
      values: (_chart, splits) => splits.map(short),
    };
    const chosen = { splits: () => xs };
    return [
      { ...axis, size: 32, gap: 8, ...(xs.length <= CHOSEN ? chosen : {}) },
      { ...axis, size: 58, ...ticks },
    ];
  }

  function chartOf(series, place) {
    const data = dataOf(series);
    const [xs, ...columns] = data;
    const heights = heightsOf(columns);
    const lines = series.lines.map(({ name }, index) => {
      const stroke = colour(`--line-${(index % COLOURS) + 1}`);
      const points = { show: xs.length <= CHOSEN, size: 7, fill: stroke };
      return { label: name, stroke, width: 2, spanGaps: true, points };
    });
    const options = {
      width: place.clientWidth,
      height: place.clientHeight,
      legend: { show: false },
      cursor: { show: false },
      scales: { x: scaleOf(xs), y: heights.scale },
      axes: axesOf(xs, heights.ticks),
      series: [{}, ...lines],
    };
    return new uPlot(options, data, place);
  }

  let charts = [];
  function draw() {
    for (const chart of charts) chart.destroy();
    charts = places.map((place, index) => chartOf(all[index], place));
  }
  draw();
  globalThis.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  globalThis.addEventListener('resize', draw);
})();
