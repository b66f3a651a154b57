/** The message of router and auditor when the ledger's stream lost its end; an operator may see either first. */
export const SET_BACK =
  "the ledger's stream ends before the last record that was read from it, because the broker's disk is damaged or was replaced by an older copy: stop everything, erase the broker's data, then run `up --after-loss`";
