/** The options of `policy adopt`. */
export interface AdoptOptions {
  readonly policies: string;
  readonly dryRun?: boolean;
  readonly baseline?: string;
  readonly reason?: string;
  readonly key?: string;
}
