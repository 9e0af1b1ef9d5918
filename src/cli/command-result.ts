/** What a command found, in words, and whether all is well. */
export interface CommandResult {
  readonly text: string;
  readonly ok: boolean;
}
