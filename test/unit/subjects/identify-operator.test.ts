import { expect, it } from "vitest";
import { IncydrError, type User } from "../../../src/incydr/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { createIdentifyOperator, type Identify, UnmappedOperatorError } from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";

it("the operator behind a click is identified at once or not at all: within two seconds", async () => {
  const asked: Parameters<Identify>[] = [];
  const identify: Identify = async (...args) => {
    asked.push(args);
    return { userId: "700" } as User; // nothing else is read
  };
  expect(await createIdentifyOperator(identify, systemClock)(somePerson())).toBe("700");
  expect(asked).toEqual([[somePerson(), "interactive", 2000]]);
});

it.each(["unavailable", "timed_out", "unexpected_answer", "unauthorized"] as const)(
  "an operator whom Incydr can't be asked about is neither mapped nor unmapped: %s",
  async (code) => {
    const cause = new IncydrError(code, "It failed.", { sent: "no" });
    const identify: Identify = () => Promise.reject(cause);
    await expect(createIdentifyOperator(identify, systemClock)(somePerson())).rejects.toMatchObject({
      code: "identity_unavailable",
      cause,
    });
  },
);

it("an operator who is no single Incydr user stays unmapped behind a click", async () => {
  const identify: Identify = (person) => Promise.reject(new UnmappedOperatorError(person));
  await expect(createIdentifyOperator(identify, systemClock)(somePerson())).rejects.toMatchObject({
    code: "unmapped_operator",
  });
});

it("Incydr is asked once for all that is checked of one attempt, and again for another or after five seconds", async () => {
  let nowMs = 0;
  let asked = 0;
  const identify: Identify = async () => {
    asked += 1;
    if (asked === 1) throw new IncydrError("unavailable", "It failed.", { sent: "no" });
    return { userId: `user-${asked}` } as User; // nothing else is read
  };
  const identifyOperator = createIdentifyOperator(identify, { now: () => new Date(nowMs) });
  const how = { attemptId: "click-1" };
  await expect(identifyOperator(somePerson(), how)).rejects.toMatchObject({ code: "identity_unavailable" });
  expect(await identifyOperator(somePerson(), how)).toBe("user-2");
  nowMs = 5_000;
  expect(await identifyOperator(somePerson(), how)).toBe("user-2");
  expect(await identifyOperator(somePerson({ email: "other@harborlight.example" }), how)).toBe("user-3");
  expect(await identifyOperator(somePerson(), { attemptId: "click-2" })).toBe("user-4");
  expect(await identifyOperator(somePerson())).toBe("user-5");
  expect(await identifyOperator(somePerson())).toBe("user-6");
  nowMs = 5_001;
  expect(await identifyOperator(somePerson(), how)).toBe("user-7");
});
