import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** The Prometheus name and help text of a metric; the name ends in its unit. */
export interface Measure {
  readonly name: string;
  readonly help: string;
}

/** A metric with one label whose values are a closed list, never organisations or ids. */
export interface Measures<L extends string> extends Measure {
  readonly label: string;
  readonly values: readonly L[];
}

interface Buckets {
  /** Upper bounds, ascending. */
  readonly buckets: readonly number[];
}

/**
 * The metrics of one process. Counting is an addition in memory; text is produced when Prometheus reads. Every label value
 * has a sample from the start, with 0.
 */
export interface Meter {
  counter(measure: Measure): (by?: number) => void;
  counters<L extends string>(measures: Measures<L>): (value: L, by?: number) => void;
  /** Calls `read` at each scrape; undefined gives no sample. */
  gauge(measure: Measure, read: () => number | undefined): void;
  /** Calls `read` at each scrape; label values that it leaves out are 0. */
  gauges<L extends string>(measures: Measures<L>, read: () => ReadonlyMap<L, number>): void;
  histogram(measure: Measure & Buckets): (seen: number) => void;
  histograms<L extends string>(measures: Measures<L> & Buckets): (value: L, seen: number) => void;
  /** Adds memory, CPU, event loop and garbage collection of this process under prom-client's default names. */
  process(): void;
  /** The metrics in the Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Histogram buckets for the steps of a frame, in seconds. */
export const SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** Creates a meter with a registry of its own. */
export function createMeter(): Meter {
  const registry = new Registry();
  return {
    counter: (measure) => addCounter(registry, measure),
    counters: (measures) => addCounters(registry, measures),
    gauge: (measure, read) => addGauge(registry, measure, read),
    gauges: (measures, read) => addGauges(registry, measures, read),
    histogram: (measure) => addHistogram(registry, measure),
    histograms: (measures) => addHistograms(registry, measures),
    // The event loop's lag is sampled by a timer that wakes the process: every 100 ms is enough, a pause between two
    // samples still shows in the lag.
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
    // A value outside the list creates no series.
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
      const current = read();
      for (const value of values) this.set({ [label]: value }, current.get(value) ?? 0);
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
