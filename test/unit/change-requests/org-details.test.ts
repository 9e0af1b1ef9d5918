import { expect, it } from "vitest";
import type { AuditEvent } from "../../../src/audit/index.ts";
import { createOrgDetails } from "../../../src/change-requests/index.ts";
import { createList, IncydrError, type IncydrReader, type Org } from "../../../src/incydr/index.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import type { ListedDirectoryOrg } from "../../../src/subjects/index.ts";
import { somePerson } from "../../support/domain-objects.ts";
import { shippedEngine } from "../../support/shipped-policies.ts";
import { someAuthorizer } from "../../support/stub-authorizer.ts";
import { directoryOf } from "../subjects/incydr-bench.ts";

const GUID = "11111111-2222-4333-8444-555555555555";

function org(orgGuid: string, orgName: string | null, more: Partial<Org> = {}): Org {
  const facts = { orgGuid, orgName, parentOrgGuid: null, active: true, userCount: 3, ...more };
  return facts as unknown as Org; // the ids are brands of these texts
}
const parentOf = (orgGuid: string) => ({ parentOrgGuid: orgGuid }) as Partial<Org>;

const TENANT = [
  org("top", "Harborlight"),
  org("org-sales", "Sales", parentOf("TOP")),
  org("org-emea", "Sales EMEA"),
  org("twin-1", "Twin"),
  org("twin-2", "Twin"),
  org(GUID, null, { active: false, userCount: null, ...parentOf("gone") }),
];

const notFound = () =>
  new IncydrError("not_found", "There is no such organization.", { sent: "yes", status: 404 });

function setUp({
  orgs = TENANT as readonly Org[],
  complete = true,
  list = undefined as (() => Promise<never>) | undefined,
  people = [somePerson()],
} = {}) {
  const audited: AuditEvent[] = [];
  const asked: string[] = [];
  const orgDetails = createOrgDetails({
    authorizer: someAuthorizer({ engine: shippedEngine, directory: directoryOf(...people) }),
    incydr: {
      orgs: {
        list: async () => {
          asked.push("list");
          return list ? list() : createList([...orgs], { complete, skipped: [] });
        },
        get: async (guid: string) => {
          asked.push(guid);
          const found = TENANT.find(({ orgGuid }) => orgGuid === guid.toLowerCase());
          if (!found) throw notFound();
          return found;
        },
      },
    } as unknown as IncydrReader, // nothing else of it is asked
    directory: {
      orgs: async (text) => {
        const known = [...TENANT, org("left", "Sales of old")].filter(({ orgName }) =>
          orgName?.toLowerCase().includes(text?.toLowerCase() ?? ""),
        );
        return { orgs: known as unknown as ListedDirectoryOrg[], total: known.length, offset: 0 };
      },
      orgName: async (orgGuid) => (orgGuid === "gone" ? "Former parent" : null),
    },
    record: async (event) => void audited.push(event),
    clock: systemClock,
  });
  return { audited, asked, show: (typed: string) => orgDetails("U0MAYA", typed) };
}

it.each([
  ["sales", "org-sales"],
  ["“Sales EMEA”", "org-emea"],
  ["TWIN-2", "twin-2"],
])("an organization is read from Incydr's list by its name or id, and audited: %s", async (typed, id) => {
  const { audited, asked, show } = setUp();
  expect(await show(typed)).toMatchObject({ org: { id } });
  expect(asked).toEqual(["list"]);
  expect(audited).toMatchObject([{ kind: "org.viewed", subject: null, details: { orgGuid: id } }]);
});

it("a typed GUID is read by itself, and its parent is named by the directory", async () => {
  const { asked, show } = setUp();
  expect(await show(GUID.toUpperCase())).toEqual({
    org: {
      ...{ id: GUID, name: GUID, active: false, userCount: null },
      parent: { id: "gone", name: "Former parent" },
    },
  });
  expect(asked).toEqual([GUID.toUpperCase()]);
});

it("the parent in Incydr's list is named by it, in any case of its id", async () => {
  expect(await setUp().show("sales")).toMatchObject({ org: { parent: { id: "TOP", name: "Harborlight" } } });
});

it("a name that Incydr lacks is answered with those of the directory that Incydr lists", async () => {
  const { audited, show } = setUp();
  expect(await show("sale")).toEqual({
    ...{ org: null, why: "unknown", asked: "sale" },
    choices: [
      { id: "org-sales", name: "Sales" },
      { id: "org-emea", name: "Sales EMEA" },
    ],
  });
  const details = { action: "list", asked: "sale", fault: "unknown_org" };
  expect(audited).toMatchObject([{ kind: "attempt.rejected", details }]);
});

it("a GUID that Incydr lacks is looked for in the list, because it may be a name", async () => {
  const other = GUID.replace("1", "2");
  const { asked, show } = setUp({ orgs: [org("named", other)] });
  expect(await show(other)).toMatchObject({ org: { id: "named" } });
  expect(asked).toEqual([other, "list"]);
});

it("a name that several organizations have is answered with these", async () => {
  const { audited, show } = setUp();
  const choices = [
    { id: "twin-1", name: "Twin" },
    { id: "twin-2", name: "Twin" },
  ];
  expect(await show("twin")).toEqual({ org: null, why: "ambiguous", asked: "twin", choices });
  expect(audited).toMatchObject([{ details: { fault: "ambiguous_org" } }]);
});

it("in a list that may be incomplete, one match by name proves nothing, and a missing id is read by itself", async () => {
  const { show, asked } = setUp({ complete: false, orgs: TENANT.slice(0, 2) });
  expect(await show("Sales")).toMatchObject({
    org: null,
    why: "unclear",
    choices: [{ id: "org-sales" }, { id: "org-emea" }, { id: "left" }],
  });
  expect(await show("top")).toMatchObject({ org: { id: "top" } });
  expect(await show("org-emea")).toMatchObject({ org: { id: "org-emea" } });
  expect(await show("none")).toMatchObject({ org: null, why: "unclear", choices: [] });
  expect(asked.filter((each) => each !== "list")).toEqual(["org-emea", "none"]);
});

it.each(["unavailable", "rate_limited", "unexpected_answer"] as const)(
  "an error %s of Incydr is audited and passed on, and never becomes “no such”",
  async (code) => {
    const failure = new IncydrError(code, "It failed.", { sent: "yes", status: 500 });
    const { audited, show } = setUp({ list: () => Promise.reject(failure) });
    await expect(show("Sales")).rejects.toBe(failure);
    expect(audited).toMatchObject([{ kind: "attempt.rejected", details: { fault: code } }]);
  },
);

it("a person who may not list is refused before Incydr is asked", async () => {
  const { asked, show } = setUp({ people: [somePerson({ groups: [] })] });
  await expect(show("Sales")).rejects.toMatchObject({ code: "forbidden" });
  expect(asked).toEqual([]);
});
