import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a number is called and what it says; the name bears its unit. */
export interface Measure {
  readonly name: string;
  readonly help: string;
}

/** A measure for each of a closed list of words, which are known beforehand: whoever exchanges what is none of them. */
export interface Measures<L extends string> extends Measure {
  readonly label: string;
  readonly values: readonly L[];
}

interface Buckets {
  /** Upper bounds, rising. */
  readonly buckets: readonly number[];
}

/**
 * The numbers of one process, read by Prometheus. Counting is an addition in memory; what it costs to write them down
 * is paid when somebody reads. Labels are words of closed lists, each there from the beginning with 0.
 */
export interface Meter {
  counter(measure: Measure): (by?: number) => void;
  counters<L extends string>(measures: Measures<L>): (value: L, by?: number) => void;
  /** Read when asked for; no sample while there is nothing to say. */
  gauge(measure: Measure, read: () => number | undefined): void;
  /** What `read` does not name is 0. */
  gauges<L extends string>(measures: Measures<L>, read: () => ReadonlyMap<L, number>): void;
  histogram(measure: Measure & Buckets): (seen: number) => void;
  histograms<L extends string>(measures: Measures<L> & Buckets): (value: L, seen: number) => void;
  /** Memory, processor, event loop and garbage of this process, under the names that every dashboard knows. */
  process(): void;
  text(): Promise<string>;
  readonly contentType: string;
}

/** Steps of a frame: from half a millisecond to what is patience. Seconds. */
export const SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

export function createMeter(): Meter {
  const registry = new Registry();
  return {
    counter: (measure) => addCounter(registry, measure),
    counters: (measures) => addCounters(registry, measures),
    gauge: (measure, read) => addGauge(registry, measure, read),
    gauges: (measures, read) => addGauges(registry, measures, read),
    histogram: (measure) => addHistogram(registry, measure),
    histograms: (measures) => addHistograms(registry, measures),
    // A timer of its own wakes the process for each sample of the event loop's lag: ten times a second is enough. What
    // lies between two samples is in the lag.
    process: () => collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function addCounter(registry: Registry, measure: Measure): (by?: number) => void {
  let count = 0;
  const counter = new Counter({
    ...measure,
    registers: [],
    collect() {
      this.reset();
      this.inc(count);
    },
  });
  registry.registerMetric(counter);
  return (by = 1) => {
    count += by;
  };
}

function addCounters<L extends string>(
  registry: Registry,
  { label, values, ...measure }: Measures<L>,
): (value: L, by?: number) => void {
  const counts = new Map<L, number>(values.map((value) => [value, 0]));
  const counter = new Counter({
    ...measure,
    registers: [],
    labelNames: [label],
    collect() {
      this.reset();
      for (const [value, count] of counts) this.inc({ [label]: value }, count);
    },
  });
  registry.registerMetric(counter);
  return (value, by = 1) => {
    const count = counts.get(value);
    // A word that is on no list makes no series.
    if (count !== undefined) counts.set(value, count + by);
  };
}

function addGauge(registry: Registry, measure: Measure, read: () => number | undefined): void {
  const gauge = new Gauge({
    ...measure,
    registers: [],
    collect() {
      const value = read();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
  registry.registerMetric(gauge);
}

function addGauges<L extends string>(
  registry: Registry,
  { label, values, ...measure }: Measures<L>,
  read: () => ReadonlyMap<L, number>,
): void {
  const gauge = new Gauge({
    ...measure,
    registers: [],
    labelNames: [label],
    collect() {
      const said = read();
      for (const value of values) this.set({ [label]: value }, said.get(value) ?? 0);
    },
  });
  registry.registerMetric(gauge);
}

function addHistogram(
  registry: Registry,
  { buckets, ...measure }: Measure & Buckets,
): (seen: number) => void {
  const histogram = new Histogram({ ...measure, registers: [registry], buckets: [...buckets] });
  return (seen) => histogram.observe(seen);
}

function addHistograms<L extends string>(
  registry: Registry,
  { label, values, buckets, ...measure }: Measures<L> & Buckets,
): (value: L, seen: number) => void {
  const histogram = new Histogram({
    ...measure,
    registers: [registry],
    labelNames: [label],
    buckets: [...buckets],
  });
  for (const value of values) histogram.zero({ [label]: value });
  const children = new Map(values.map((value) => [value, histogram.labels(value)]));
  return (value, seen) => children.get(value)?.observe(seen);
}
