import { expect, test } from "vitest";
import { openClient, startRecordingServer } from "./recording-server.ts";

/** A server that knows these usernames and compares as `matches` says. */
function startDirectory(usernames: readonly string[], matches: (username: string, asked: string) => boolean) {
  return startRecordingServer(({ target }) => {
    const query = new URL(target, "http://incydr.example").searchParams;
    const asked = query.get("username") ?? "";
    const found = usernames.filter((username) => matches(username, asked));
    const [page, pageSize] = [Number(query.get("page")), Number(query.get("pageSize"))];
    const users = found.slice((page - 1) * pageSize, page * pageSize);
    return {
      json: {
        users: users.map((username) => ({ userId: `id-${usernames.indexOf(username)}`, username })),
        totalCount: found.length,
      },
    };
  });
}

const prefix = (username: string, asked: string) => username.toLowerCase().startsWith(asked.toLowerCase());

test("a user whose name only begins alike is never taken", async () => {
  await using server = await startDirectory(["annette@x.example"], prefix);
  await using client = openClient(server.url);
  await expect(client.users.getUser("ann@")).rejects.toMatchObject({ code: "not_found" });
  await expect(client.users.getUser("annette@x.exampl")).rejects.toMatchObject({ code: "not_found" });
});

test("the exact user is found among those that begin alike, on whichever page and in any case", async () => {
  const many = Array.from({ length: 150 }, (_, n) => `ann@x.example${n}`);
  await using server = await startDirectory([...many, "Ann@X.example"], prefix);
  await using client = openClient(server.url);
  expect(await client.users.getUser("ANN@x.EXAMPLE")).toMatchObject({ username: "Ann@X.example" });
});

test("two users of one name are refused as ambiguous", async () => {
  await using server = await startDirectory(["ann@x.example", "Ann@x.example"], prefix);
  await using client = openClient(server.url);
  await expect(client.users.getUser("ann@x.example")).rejects.toMatchObject({ code: "ambiguous" });
});

test("two users of one name are refused by a server that minds capitals too, if the name is asked for in capitals", async () => {
  const exact = (username: string, asked: string) => username === asked;
  await using server = await startDirectory(["Ann@x.example", "ann@x.example"], exact);
  await using client = openClient(server.url);
  await expect(client.users.getUser("Ann@x.example")).rejects.toMatchObject({ code: "ambiguous" });
});

test("a name is the same whether its accents are characters of their own or not", async () => {
  await using server = await startDirectory(["pär@x.example".normalize("NFD")], () => true);
  await using client = openClient(server.url);
  expect(await client.users.getUser("pär@x.example".normalize("NFC"))).toMatchObject({ userId: "id-0" });
});

test("a server that minds capitals is asked in lower case too", async () => {
  await using server = await startDirectory(
    ["pär.öberg+lab@x.example"],
    (username, asked) => username === asked,
  );
  await using client = openClient(server.url);
  expect(await client.users.getUser("PÄR.Öberg+Lab@x.example")).toMatchObject({
    username: "pär.öberg+lab@x.example",
  });
  expect(server.lines()[1]).toBe(
    "GET /v1/users?username=p%C3%A4r.%C3%B6berg%2Blab%40x.example&page=1&pageSize=100",
  );
});

test.each(["", " ", "\t\n"])(
  "a blank username %j is refused before Incydr could read it as every user",
  async (username) => {
    await using server = await startDirectory(["ann@x.example"], () => true);
    await using client = openClient(server.url);
    await expect(client.users.getUser(username)).rejects.toMatchObject({ code: "invalid", sent: "no" });
    await expect(client.users.getPage({ username })).rejects.toMatchObject({ code: "invalid", sent: "no" });
    await expect(client.users.iterAll({ username })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: "invalid",
    });
    expect(server.lines()).toEqual([]);
  },
);
