import { type Detail, errorFrom } from '../../kernel/errors.js';
import { isJsonObject } from '../../kernel/json-object.js';
import { didYouMean } from '../../kernel/nearest.js';
import {
  DIRECTORY_FILE,
  type FederationFiles,
  MEMBER_FACTS,
  MEMBERS_FILE,
  misplacedFact,
  TREATMENT,
} from '../../policy/federation-files.js';
import { readText } from '../../kernel/read-text.js';
import { readYaml, type YamlFile } from '../../kernel/yaml-file.js';
import { asExpectation, stepsOf } from '../yaml/yaml-shape.js';
import { type CheckedMembers, checkMembers } from './check-members.js';
import { type Finding, findingOf, unreadable } from './finding.js';

/**
 * Throws with `<file>#<JSON pointer>` to what is wrong. Passed as an argument, because the trust layer defines the shape.
 */
export type ParseDirectory = (files: FederationFiles) => unknown;

/** The members as far as they can be read, and what is wrong with their two files. */
export interface CheckedDirectory extends Pick<CheckedMembers, 'facts'> {
  readonly findings: readonly Finding[];
}

const NO_MEMBERS: CheckedMembers = { facts: { organisations: new Map() }, faults: [] };

/** Checks `members.yaml` and `directory.yaml` of a folder of policies: their shape, and every name in them. */
export function checkDirectory(folder: string, parse: ParseDirectory): CheckedDirectory {
  const [members, directory] = [openFile(folder, MEMBERS_FILE), openFile(folder, DIRECTORY_FILE)];
  const { facts, faults } = members.yaml === undefined ? NO_MEMBERS : checkMembers(members.yaml);
  const known = members.yaml && faults.length === 0 ? [...facts.organisations.keys()] : undefined;
  const named = directory.yaml === undefined ? [] : treatmentFaults(directory.yaml, known);
  const found = [...members.findings, ...directory.findings, ...[...faults, ...named].map(toFinding)];
  // The parser reports only the first fault and suggests no name, so it runs last.
  const more =
    members.yaml && directory.yaml && found.length === 0
      ? shapeFaults({ directory: directory.yaml, members: members.yaml }, parse)
      : [];
  return { facts, findings: [...found, ...more.map(toFinding)] };
}

const toFinding = (fault: Detail): Finding => findingOf('directory', fault);

interface OpenedFile {
  /** Undefined when the file cannot be read or is not YAML. */
  readonly yaml: YamlFile | undefined;
  readonly findings: readonly Finding[];
}

function openFile(folder: string, path: string): OpenedFile {
  const read = readText(folder, path);
  if (read.type === 'absent')
    return { yaml: undefined, findings: [toFinding({ path, message: 'no such file' })] };
  if (read.type !== 'text') return { yaml: undefined, findings: unreadable(read) };
  const yaml = readYaml(path, read.text);
  const findings = yaml.faults.map(toFinding);
  return { yaml: findings.length === 0 ? yaml : undefined, findings };
}

/** Finds wrong fields and unknown members in `directory.yaml`; `members` is undefined while they are unknown. */
function treatmentFaults(yaml: YamlFile, members: readonly string[] | undefined): readonly Detail[] {
  const organisations = isJsonObject(yaml.value) ? yaml.value['organisations'] : undefined;
  const entries = isJsonObject(organisations) ? Object.entries(organisations) : [];
  return entries.flatMap(([name, entry]) => {
    const at = ['organisations', name];
    const fact = MEMBER_FACTS.find((field) => isJsonObject(entry) && Object.hasOwn(entry, field));
    if (fact !== undefined) return [{ path: yaml.placeOfName(at, fact), message: misplacedFact(fact) }];
    const unknown = Object.keys(isJsonObject(entry) ? entry : {}).find((field) => !TREATMENT.includes(field));
    if (unknown !== undefined) {
      const message = `unknown field \`${unknown}\`${didYouMean(unknown, TREATMENT)}`;
      return [{ path: yaml.placeOfName(at, unknown), message }];
    }
    if (members === undefined || members.includes(name)) return [];
    const message = `no member \`${name}\` in ${MEMBERS_FILE}${didYouMean(name, members)}`;
    return [{ path: yaml.placeOfName(['organisations'], name), message }];
  });
}

function shapeFaults(
  yaml: Readonly<Record<keyof FederationFiles, YamlFile>>,
  parse: ParseDirectory,
): readonly Detail[] {
  try {
    parse({ directory: yaml.directory.value, members: yaml.members.value });
    return [];
  } catch (thrown) {
    const error = errorFrom(thrown);
    return error.details.map(({ path, message }) => {
      const [file, pointer = ''] = path.split('#');
      const at = file === MEMBERS_FILE ? yaml.members : yaml.directory;
      return { path: at.placeOf(stepsOf(pointer)), message: asExpectation(message) };
    });
  }
}
