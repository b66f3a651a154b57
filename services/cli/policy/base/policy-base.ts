import type { OrgId } from '../../../shared/kernel/ids.js';
import type { RulesOf } from '../../../shared/policy/adopted/bundle-folder.js';

/** Texts of a folder of policies by path. */
export type PolicyTexts = ReadonlyMap<string, string>;

/** What completes a folder of policies where no folder has the rules of every member. */
export interface PolicyBase {
  /** The name of its own version. */
  readonly name: string;
  /** Says what the answers of a verb leave out, or that they may be by earlier rules. */
  readonly note?: string;
  /** The files of its own version; those of a folder that is laid over it replace them. */
  readonly texts: PolicyTexts;
  /** Returns what counts as the rules of a member that no file has. */
  readonly rulesOf: RulesOf;
  /** Returns the files of another version by its name; undefined for a name that is none. Throws as `findAdopted` does. */
  readonly find: (name: string) => Promise<PolicyTexts | undefined>;
  /** Undefined at a hub. */
  readonly site?: {
    /** The organisation of the site, whose rules may lie in a folder of their own. */
    readonly own: OrgId;
  };
}
