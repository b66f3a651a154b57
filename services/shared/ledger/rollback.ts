/** The message of router and auditor when the ledger's stream lost its end; an operator may see either first. */
export const SET_BACK =
  "the ledger's stream ends before what was read of it, by a damaged or an older disk of the broker: stop everything, erase the broker's data, `up --after-loss`";
