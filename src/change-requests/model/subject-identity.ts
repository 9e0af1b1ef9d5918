import type { Target } from "./change-request.ts";

/** By what a subject is known who may not read of themselves. A `Target` is one. */
export interface SubjectIdentity extends Pick<Target, "username" | "slackUserIds"> {
  /** The Incydr user; `null` if only the username is known. */
  readonly userId: string | null;
}
