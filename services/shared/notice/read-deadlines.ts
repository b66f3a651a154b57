import { dirname, basename } from 'node:path';
import { type Detail, fail } from '../kernel/errors.js';
import { isJsonObject } from '../kernel/json-object.js';
import { didYouMean } from '../kernel/nearest.js';
import { readText } from '../kernel/read-text.js';
import { readYaml, type YamlFile, type YamlPath } from '../kernel/yaml-file.js';
import { type Deadlines, deadlinesFrom, DUTIES, type Duty, equalDeadlines } from './deadlines.js';
import { after, isDuration } from './duration.js';
import { KINDS, type Kind } from './kinds.js';

/** The file of deadlines in a folder of policies. */
export const DEADLINES_FILE = 'federation/deadlines.yaml';

/** The duties that a file may leave out, each with the duty whose deadlines it then has. */
const SAME_AS: { readonly [D in Duty]?: Duty } = {
  resume: 'suspend',
  decline: 'unseal',
  review: 'suspend',
};

/** Five years, the longest life of a notice. */
const MAX_MS = 5 * 366 * 86_400_000;

interface DeadlineSettings {
  /** The path of a file. */
  readonly deadlines: string;
  /** Above 0: the length of every deadline, whatever the file says. */
  readonly deadlineSeconds: number;
}

/** Returns the deadlines by the settings of a process. Throws as `readDeadlines`. */
export function deadlinesBy({ deadlines, deadlineSeconds }: DeadlineSettings): Deadlines {
  return deadlineSeconds > 0 ? equalDeadlines(deadlineSeconds) : readDeadlines(deadlines);
}

/** Reads a file of deadlines. Throws one `config-invalid` with every fault as `file:line:col`. */
export function readDeadlines(file: string): Deadlines {
  const read = readText(dirname(file), basename(file));
  if (read.type === 'absent') throw invalid([{ path: file, message: 'no such file' }]);
  if (read.type !== 'text') throw invalid([{ ...read.fault, path: file }]);
  return parseDeadlines(file, read.text);
}

/** Parses the text of a file of deadlines; `path` begins each place. Throws one `config-invalid` with every fault. */
export function parseDeadlines(path: string, text: string): Deadlines {
  const yaml = readYaml(path, text);
  const faults = yaml.faults.length > 0 ? yaml.faults : faultsIn(yaml);
  if (faults.length > 0) throw invalid(faults);
  const value = yaml.value as Readonly<Record<string, DeadlineEntry>>;
  return deadlinesFrom((duty, kind) => lengthOf(value[duty] ?? value[SAME_AS[duty] ?? duty], kind));
}

type DeadlineEntry = string | { readonly [K in Kind | 'default']?: string };

function lengthOf(entry: DeadlineEntry | undefined, kind: Kind): number {
  const text = typeof entry === 'object' ? (entry[kind] ?? entry.default) : entry;
  return text === undefined ? 0 : milliseconds(text);
}

const milliseconds = (duration: string): number => after(new Date(0), duration).getTime();

function faultsIn(yaml: YamlFile): readonly Detail[] {
  const { value } = yaml;
  if (!isJsonObject(value)) return [{ path: yaml.placeOf([]), message: 'expected a mapping of duties' }];
  const unknown = unknownNames(yaml, [], { names: Object.keys(value), known: DUTIES });
  const missing = DUTIES.filter((duty) => !Object.hasOwn(value, duty) && SAME_AS[duty] === undefined).map(
    (duty) => ({ path: yaml.placeOf([]), message: `missing \`${duty}\`` }),
  );
  const wrong = DUTIES.filter((duty) => Object.hasOwn(value, duty)).flatMap((duty) =>
    entryFaults(yaml, duty, value[duty]),
  );
  return [...unknown, ...missing, ...wrong];
}

/** A duty has one duration, or one for each kind with a default. */
function entryFaults(yaml: YamlFile, duty: Duty, entry: unknown): readonly Detail[] {
  if (!isJsonObject(entry)) return durationFaults(yaml, [duty], entry);
  const known = ['default', ...KINDS];
  const names = Object.keys(entry);
  const missing = names.includes('default')
    ? []
    : [{ path: yaml.placeOf([duty]), message: 'missing `default`' }];
  const wrong = names
    .filter((name) => known.includes(name))
    .flatMap((name) => durationFaults(yaml, [duty, name], entry[name]));
  return [...unknownNames(yaml, [duty], { names, known }), ...missing, ...wrong];
}

interface NamesIn {
  readonly names: readonly string[];
  readonly known: readonly string[];
}

function unknownNames(yaml: YamlFile, at: YamlPath, { names, known }: NamesIn): readonly Detail[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: yaml.placeOfName(at, name),
      message: `unknown name \`${name}\`${didYouMean(name, known)}`,
    }));
}

function durationFaults(yaml: YamlFile, at: YamlPath, value: unknown): readonly Detail[] {
  // Months and years have no fixed length.
  const isFixed = isDuration(value) && !/Y$|^P\d+M$/.test(value);
  if (isFixed && milliseconds(value) > 0 && milliseconds(value) <= MAX_MS) return [];
  const message = 'expected a duration above zero in one unit, such as `PT24H` or `P7D`, five years at most';
  return [{ path: yaml.placeOf(at), message }];
}

function invalid(details: readonly Detail[]): Error {
  const words = details.map(({ path, message }) => `\`${path}\`: ${message}`);
  return fail('config-invalid', `deadlines: ${words.join('; ')}`, details);
}
