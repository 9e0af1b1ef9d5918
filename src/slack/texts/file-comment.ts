import { type FileContent, nameOf } from "../../change-requests/index.ts";

/** The sentence that goes with a file for one person. */
export function fileComment(holds: FileContent): string {
  switch (holds.kind) {
    case "preview":
      return "What your bulk would do, line by line. Nothing was changed.";
    case "users":
      return `Whom ${nameOf(holds.requestId)} is about, in the order in which it would be carried out.`;
    case "outcomes_so_far":
      return `What has come of ${nameOf(holds.requestId)} so far, user by user.`;
    case "outcomes":
      return `${nameOf(holds.requestId)} is over. This is what came of it, user by user.`;
  }
}
