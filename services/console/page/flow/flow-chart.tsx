import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { ShownFlow } from '../../shown.js';
import { count, rate } from '../format.js';

/** The lines of the chart, each in a colour variable of the stylesheet. */
const LINES = [
  { event: 'delivered', colour: '--good' },
  { event: 'redacted', colour: '--part' },
  { event: 'denied', colour: '--bad' },
  { event: 'received', colour: '--calm' },
] as const;

/** A chart of events per minute over the window, with their totals as text for people who cannot see the chart. */
export function FlowChart({ flow }: { flow: ShownFlow }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useChart(place, flow);
  const minutes = Math.max(1 / 6, (Date.parse(flow.now) - Date.parse(flow.from)) / 60_000);
  const total = (event: string): number =>
    flow.series.reduce((sum, { counts }) => sum + (counts[event] ?? 0), 0);
  return (
    <section class="card" aria-labelledby="chart-title">
      <header>
        <h2 id="chart-title">Events per minute</h2>
        <ul class="legend">
          {LINES.map(({ event, colour }) => (
            <li key={event}>
              <span class="swatch" style={{ background: `var(${colour})` }} aria-hidden="true" />
              {event} <b>{count(total(event))}</b>
              <span class="quiet"> {rate(total(event) / minutes)}/min</span>
            </li>
          ))}
        </ul>
      </header>
      <div ref={place} class="chart" aria-hidden="true" />
    </section>
  );
}

function useChart(place: { readonly current: HTMLDivElement | null }, flow: ShownFlow): void {
  const chart = useRef<uPlot>(null);
  useEffect(() => {
    const { current } = place;
    if (current === null) return undefined;
    const make = (): void => {
      chart.current?.destroy();
      chart.current = new uPlot(optionsOf(current), dataOf(flow), current);
    };
    make();
    const resizeObserver = new ResizeObserver(() => chart.current?.setSize(sizeOf(current)));
    resizeObserver.observe(current);
    const theme = matchMedia('(prefers-color-scheme: dark)');
    theme.addEventListener('change', make);
    return () => {
      resizeObserver.disconnect();
      theme.removeEventListener('change', make);
      chart.current?.destroy();
    };
  }, []);
  useEffect(() => chart.current?.setData(dataOf(flow)), [flow]);
}

/** Minimum length of the time axis, also for a console that has just started. */
const SHORTEST_AXIS_S = 60;
/** Seconds between two labels of the axis. Never less than a step, which would repeat a label. */
const TICKS_S = [10, 30, 60, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400] as const;

const sizeOf = ({ clientWidth, clientHeight }: Element): { width: number; height: number } => ({
  width: clientWidth,
  height: clientHeight,
});

function optionsOf(place: Element): uPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--quiet'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  return {
    ...sizeOf(place),
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { range: (_chart, least, most) => [least, Math.max(most, least + SHORTEST_AXIS_S)] },
      y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.1)] },
    },
    axes: [
      { ...axis, size: 30, space: 80, incrs: [...TICKS_S], values: (_chart, times) => times.map(clock) },
      { ...axis, size: 46 },
    ],
    series: [
      {},
      ...LINES.map((line) => ({
        label: line.event,
        stroke: colour(line.colour),
        width: 1.75,
        points: { show: false },
      })),
    ],
  };
}

/** Formats a time of the axis as `12:04`, or `12:04:31` where it is not a whole minute. */
function clock(seconds: number): string {
  const text = new Date(seconds * 1000).toTimeString();
  return text.slice(0, seconds % 60 === 0 ? 5 : 8);
}

/** Returns one point per step, 0 for a step without events. Leaves out the current step, whose count is not complete yet. */
function dataOf({ from, now, step, series }: ShownFlow): uPlot.AlignedData {
  const first = Math.floor(Date.parse(from) / 1000 / step) * step;
  const last = Math.floor(Date.parse(now) / 1000 / step) * step - step;
  const byTime = new Map(series.map(({ at, counts }) => [at / 1000, counts]));
  const steps = Math.max(1, (last - first) / step + 1);
  const times = Array.from({ length: steps }, (_, index) => first + index * step);
  const lines = LINES.map(({ event }) => times.map((time) => ((byTime.get(time)?.[event] ?? 0) * 60) / step));
  return [times, ...lines];
}
