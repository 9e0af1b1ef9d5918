import { expect, it } from "vitest";
import { IncydrError, type User } from "../../../src/incydr/index.ts";
import { createIdentifyOperator, type Identify, UnmappedOperatorError } from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";

it("the operator behind a click is identified at once or not at all: within two seconds", async () => {
  const asked: Parameters<Identify>[] = [];
  const identify: Identify = async (...args) => {
    asked.push(args);
    return { userId: "700" } as User; // nothing else is read
  };
  expect(await createIdentifyOperator(identify)(somePerson())).toBe("700");
  expect(asked).toEqual([[somePerson(), "interactive", 2000]]);
});

it.each(["unavailable", "timed_out", "unexpected_answer", "unauthorized"] as const)(
  "an operator whom Incydr can't be asked about is neither mapped nor unmapped: %s",
  async (code) => {
    const cause = new IncydrError(code, "It failed.", { sent: "no" });
    const identify: Identify = () => Promise.reject(cause);
    await expect(createIdentifyOperator(identify)(somePerson())).rejects.toMatchObject({
      code: "identity_unavailable",
      cause,
    });
  },
);

it("an operator who is no single Incydr user stays unmapped behind a click", async () => {
  const identify: Identify = (person) => Promise.reject(new UnmappedOperatorError(person));
  await expect(createIdentifyOperator(identify)(somePerson())).rejects.toMatchObject({
    code: "unmapped_operator",
  });
});
