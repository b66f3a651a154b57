/** A peer that is not installed, and how to install it. */
export interface LeftOut {
  readonly name: string;
  readonly why: string;
}

interface Missable {
  readonly name: string;
  readonly missing: (env: NodeJS.ProcessEnv) => string | undefined;
}

/** Splits peers into those that can be started and those that are left out. */
export function partPeers<Peer extends Missable>(
  peers: readonly Peer[],
  env: NodeJS.ProcessEnv,
): { readonly there: readonly Peer[]; readonly leftOut: readonly LeftOut[] } {
  const asked = peers.map((peer) => ({ peer, why: peer.missing(env) }));
  return {
    there: asked.flatMap(({ peer, why }) => (why === undefined ? [peer] : [])),
    leftOut: asked.flatMap(({ peer: { name }, why }) => (why === undefined ? [] : [{ name, why }])),
  };
}
