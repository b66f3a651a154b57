/** The same words of router and auditor: an operator may see either first. */
export const SET_BACK =
  "the ledger's stream ends before what was read of it, by a damaged or an older disk of the broker: stop everything, erase the broker's data, `up --after-loss`";
