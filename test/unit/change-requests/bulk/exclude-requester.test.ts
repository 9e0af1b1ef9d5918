import { expect, it } from "vitest";
import { createPolicyEngine, loadPolicies } from "../../../../src/authorization/index.ts";
import { excludeTargets } from "../../../../src/change-requests/bulk/exclude-targets.ts";
import { someFacts, somePerson } from "../../../support/domain-objects.ts";
import { someAuthorizer } from "../../../support/stub-authorizer.ts";
import { directoryOf } from "../../subjects/incydr-bench.ts";

it("leaves out the requester by their e-mail, though Slack finds nobody by it", async () => {
  const requester = somePerson();
  const directory = { ...directoryOf(requester), idsByEmail: async () => [] };
  const engine = createPolicyEngine(await loadPolicies("policies"));
  const usernames = ["Maya.Lindqvist@harborlight.example", "nadia.petrov@harborlight.example"];
  const { subjects, leftOut } = await excludeTargets({
    authorizer: someAuthorizer({ engine, directory }),
    directory,
    requester,
    change: { kind: "deactivate" },
    lines: usernames.map((username, index) => ({
      line: { line: index + 1, who: username, role: null, org: null },
      facts: someFacts({ userId: `${index}`, username }),
    })),
    channel: { private: true, shared: false, allowed: true },
    temporaryHolders: new Set(),
  });
  expect(leftOut).toMatchObject([{ line: 1, username: usernames[0], because: "oneself" }]);
  expect(subjects).toMatchObject([{ line: 2 }]);
});
