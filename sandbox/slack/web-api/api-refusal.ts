/** Slack's refusal of a Web API call: `{ok: false, error: code, …more}`. */
export class ApiRefusal extends Error {
  readonly code: string;
  readonly more: Record<string, unknown>;

  constructor(code: string, more: Record<string, unknown> = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}
