import type { OrgId } from '../../shared/kernel/ids.js';
import type { ActionVerb } from '../../shared/notice/action-verbs.js';
import type { Section } from '../../shared/notice/kinds.js';

/** A holder that a restriction or a lift means. */
export interface RestrictedHolder {
  readonly to: OrgId;
  /** Absent: the whole notice; of a lift, everything that is barred. */
  readonly sections?: readonly Section[];
}

/** What a person, a local system or the gateway itself orders about an own notice. Times in milliseconds since 1970. */
export type ActionOrder =
  | { readonly verb: 'withdraw'; readonly reason: string }
  | { readonly verb: 'suspend'; readonly reason: string; readonly until: number }
  | { readonly verb: 'resume' }
  | {
      readonly verb: 'restrict';
      readonly reason: string;
      /** Absent: every holder. */
      readonly holders?: readonly RestrictedHolder[];
      /** For every holder; absent: the whole notice. */
      readonly sections?: readonly Section[];
    }
  | {
      readonly verb: 'lift';
      /** Absent: every holder that a restriction by the originator bars. */
      readonly holders?: readonly RestrictedHolder[];
      /** For every holder; absent: everything. */
      readonly sections?: readonly Section[];
    }
  | { readonly verb: 'extend'; readonly reason: string; readonly expiresAt: number }
  | {
      readonly verb: 'unseal';
      readonly to: OrgId;
      readonly section: Section;
      /** The id of the request that it grants. */
      readonly jti?: string;
    }
  | { readonly verb: 'decline'; readonly reason: string; readonly jti: string }
  | {
      readonly verb: 'review';
      readonly reason: string;
      /** The revision that used break-glass. */
      readonly jti: string;
      /** The compact JWS of the person who reviewed. */
      readonly review: string;
    };

/** An order of one verb. */
export type OrderOf<V extends ActionVerb> = Extract<ActionOrder, { readonly verb: V }>;
