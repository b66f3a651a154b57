import type { SimulationSummary } from '../../../services/shared/runtime/simulation-summary.js';
import { once } from '../figures.js';
import type { Figure, Measurement } from '../measurement.js';

/** The cost of one absent gateway for the others. `…Away` counts messages of the others during the absence. */
export interface AbsenceResult extends SimulationSummary {
  readonly rate: number;
  readonly awaySeconds: number;
  /** Notices that the gateways accepted, and those that the router counted. */
  readonly accepted: number;
  readonly counted: number;
  /** Routing reports on the ledger, and frames with more than one. */
  readonly reports: number;
  readonly recordedTwice: number;
  readonly noticesAway: number;
  /** Frames of notices, those offered again included; questions to the hub; frames of receipts. */
  readonly framesAway: number;
  readonly questionsAway: number;
  readonly receiptsAway: number;
  /** Latency from gateway to inbox between the others, in the second half of the time before the absence, and during it. */
  readonly p99BeforeMs: number;
  readonly p99AwayMs: number;
  /** Seconds from the return until every receipt for an older notice has arrived. */
  readonly settledSeconds: number;
  readonly backlog?: BacklogResult;
}

/** Many unsettled frames, and no new traffic. */
export interface BacklogResult {
  readonly unsettled: number;
  /** Messages a second that are stored in OUT and IN of all organisations, before and with the unsettled frames. */
  readonly restPerSecond: number;
  readonly perSecond: number;
  /** Seconds from the submission of a notice whose delivery is lost until its recipient holds it. */
  readonly recoveredSeconds: number;
}

/** `bench absence --json`. */
export type BenchAbsenceResult = AbsenceResult & Measurement;

/** Frames and questions of the others for each of their notices. */
function outPerNotice({ framesAway, questionsAway, noticesAway }: AbsenceResult): number {
  return (framesAway + questionsAway) / Math.max(1, noticesAway);
}

/** Converts the measurements to figures. */
export function absenceFigures(result: AbsenceResult): Pick<Measurement, 'figures' | 'series'> {
  const { backlog } = result;
  const figure = (name: string, unit: string, value: number): Figure => ({ name, unit, value: once(value) });
  return {
    figures: [
      figure(
        'messages of the others in OUT for each notice, without receipts',
        'messages',
        outPerNotice(result),
      ),
      figure('p99 between the others before', 'ms', result.p99BeforeMs),
      figure('p99 between the others during the absence', 'ms', result.p99AwayMs),
      figure('frames recorded twice', 'frames', result.recordedTwice),
      figure('settled after the return', 's', result.settledSeconds),
      ...(backlog === undefined
        ? []
        : [
            figure(
              `${backlog.unsettled} unsettled frames, above rest`,
              'messages/s',
              backlog.perSecond - backlog.restPerSecond,
            ),
            figure('a freshly lost delivery is held', 's', backlog.recoveredSeconds),
          ]),
    ],
    series: [],
  };
}
