import { setMaxListeners } from 'node:events';
import { errorFrom } from '../../../shared/kernel/errors.js';
import { pause } from '../../../shared/kernel/pause.js';
import { watchFolders } from '../../../shared/policy/load/watch-folders.js';
import type { RuleFile } from '../../../shared/policy/rule.js';
import { type Finding, findingOf } from '../../../shared/workbench/check/finding.js';
import type { Edit } from '../../../shared/workbench/child/copy-with-edits.js';
import type { Vocabulary } from '../../../shared/workbench/complete/vocabulary.js';
import type { FolderAnalysis, RuleEffects } from './analysis.js';
import { type AnalysisWorker, createAnalysisWorker } from './analysis-worker.js';

/** The analysis of a folder of policies with its open files, kept up to date while they are edited. */
export interface FolderSession {
  /** Resolves with the analysis of the newest texts. */
  analysis(): Promise<FolderAnalysis>;
  /** Resolves with the effects of the rules of the newest texts; empty while there are errors. */
  effects(): Promise<RuleEffects>;
  /** Resolves with the words of the last analysis that had any; waits for the newest texts only when none had. */
  vocabulary(): Promise<Vocabulary | undefined>;
  /** Formats a file of rules. Throws `policy-invalid` when it does not parse. */
  format(file: RuleFile): Promise<string>;
  /** Analyses again after a pause; to be called when an open file changed. */
  changed(): void;
  close(): Promise<void>;
}

interface FolderSessionDeps {
  readonly folder: string;
  /** The open files with their texts in the editor. */
  readonly edits: () => readonly Edit[];
  readonly onFindings: (findings: readonly Finding[]) => void;
  /** Called when the effects of the newest analysis are known. */
  readonly onEffects: () => void;
}

const TYPING_PAUSE_MS = 250;
const NOTHING: FolderAnalysis = { findings: [], vocabulary: undefined, rules: [], named: [] };

/** Opens a folder: analyses it now, after each change of an open file, and when a file of the folder changes on disk. */
export function openFolderSession(deps: FolderSessionDeps): FolderSession {
  const worker = createAnalysisWorker();
  const closed = new AbortController();
  // Each key press begins a pause that listens to it.
  setMaxListeners(0, closed.signal);
  const { begin, newest, known } = createAnalyses({ ...deps, worker, closed: closed.signal });
  begin(0);
  const changed = (): void => begin(TYPING_PAUSE_MS);
  const stopWatching = watchFolders(deps.folder, changed);
  return {
    analysis: () => newest().analysis,
    effects: () => newest().effects,
    vocabulary: async () => known().vocabulary ?? (await newest().analysis).vocabulary,
    format: async (file) => (await worker.ask<string>(() => ({ what: 'format', file }))) ?? file.text,
    changed,
    close: async () => {
      closed.abort();
      stopWatching();
      await worker.close();
    },
  };
}

interface Analysed {
  readonly analysis: Promise<FolderAnalysis>;
  readonly effects: Promise<RuleEffects>;
}

interface Analyses {
  /** Begins an analysis after a pause. An earlier one that has not begun by then is left out. */
  readonly begin: (pauseMs: number) => void;
  readonly newest: () => Analysed;
  /** Returns the last analysis that ended. */
  readonly known: () => FolderAnalysis;
}

interface AnalysesDeps extends FolderSessionDeps {
  readonly worker: AnalysisWorker;
  readonly closed: AbortSignal;
}

function createAnalyses({ worker, closed, ...deps }: AnalysesDeps): Analyses {
  const { folder, edits, onFindings, onEffects } = deps;
  let version = 0;
  let known = NOTHING;
  let newest: Analysed = { analysis: Promise.resolve(NOTHING), effects: Promise.resolve({}) };
  const isOver = (of: number): boolean => closed.aborted || of !== version;
  const question = (what: 'check' | 'effects', of: number) => () =>
    isOver(of) ? undefined : { what, folder, edits: edits() };
  const analyse = async (of: number, pauseMs: number): Promise<FolderAnalysis> => {
    await pause(pauseMs, closed);
    const found = await worker
      .ask<FolderAnalysis>(question('check', of))
      .catch((thrown: unknown) => ({ ...known, findings: failureFindings(thrown, edits()) }));
    if (closed.aborted) return known;
    if (found === undefined || isOver(of)) return newest.analysis;
    // While the schema is broken, completion uses the words of the last working one.
    known = { ...found, vocabulary: found.vocabulary ?? known.vocabulary };
    onFindings(known.findings);
    return known;
  };
  const measure = async (of: number, analysis: Promise<FolderAnalysis>): Promise<RuleEffects> => {
    const { findings } = await analysis;
    if (findings.some(({ severity }) => severity === 'error')) return {};
    const found = await worker.ask<RuleEffects>(question('effects', of)).catch(() => ({}));
    if (closed.aborted) return {};
    if (found === undefined || isOver(of)) return newest.effects;
    onEffects();
    return found;
  };
  return {
    begin: (pauseMs) => {
      version += 1;
      const analysis = analyse(version, pauseMs);
      newest = { analysis, effects: measure(version, analysis) };
    },
    newest: () => newest,
    known: () => known,
  };
}

/** Returns a finding at the beginning of each open file, which says why the folder could not be analysed. */
function failureFindings(thrown: unknown, edits: readonly Edit[]): readonly Finding[] {
  const { code, message } = errorFrom(thrown);
  const text = `the policies cannot be checked with this text: ${message} (${code})`;
  return edits.map(({ path }) => findingOf('invalid', { path, message: text }));
}
