import { expect, test } from "vitest";
import { createTokenSource, type FetchedToken } from "../../../../src/incydr/http/token-source.ts";
import { createManualClock, settled } from "../manual-clock.ts";

const never = new AbortController().signal;
const LIFE_MS = 900_000;

/** A source whose `fetches` are answered by the test. */
function startSource() {
  const clock = createManualClock();
  const fetches: PromiseWithResolvers<FetchedToken>[] = [];
  const tokens = createTokenSource({
    clock,
    fetchToken: () => {
      const fetch = Promise.withResolvers<FetchedToken>();
      fetches.push(fetch);
      return fetch.promise;
    },
  });
  return { clock, fetches, tokens };
}

test("a token's life is counted from the request for it, not from its arrival", async () => {
  const { clock, fetches, tokens } = startSource();
  const first = tokens.get(never);
  await clock.advance(100_000);
  fetches[0]?.resolve({ token: "first", lifeMs: LIFE_MS });
  expect(await first).toBe("first");
  // 30 seconds before its end, counted from the request.
  await clock.advance(769_999);
  expect(tokens.current()).toBe("first");
  await clock.advance(1);
  expect(tokens.current()).toBeUndefined();
});

test("a renewal that fails is tried again after five seconds, however often the token is used meanwhile", async () => {
  const { clock, fetches, tokens } = startSource();
  const first = tokens.get(never);
  fetches[0]?.resolve({ token: "first", lifeMs: LIFE_MS });
  await first;
  await clock.advance(820_000);
  for (let use = 0; use < 20; use += 1) {
    expect(tokens.current()).toBe("first");
    fetches.at(-1)?.reject(new Error("no answer"));
    await settled();
  }
  expect(fetches).toHaveLength(2);
  await clock.advance(5_000);
  expect(tokens.current()).toBe("first");
  expect(fetches).toHaveLength(3);
});

test("a refused token is forgotten, but not the one that has replaced it meanwhile", async () => {
  const { fetches, tokens } = startSource();
  const first = tokens.get(never);
  fetches[0]?.resolve({ token: "first", lifeMs: LIFE_MS });
  await first;
  const renewed = tokens.renew(never);
  fetches[1]?.resolve({ token: "second", lifeMs: LIFE_MS });
  await renewed;
  tokens.discard("first");
  expect(tokens.current()).toBe("second");
  tokens.discard("second");
  expect(tokens.current()).toBeUndefined();
});
