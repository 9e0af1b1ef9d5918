import { expect, test } from "vitest";
import { guardClient, guardLog, SECRETS, takeLeaks } from "../../support/leak-guard.ts";

const leaky = (text: string) =>
  guardClient({
    users: {
      getUser: async (): Promise<never> => {
        throw new Error("No.", { cause: { headers: { authorization: text } } });
      },
      async *iterAll(): AsyncGenerator<number> {
        yield 1;
        throw new Error(text);
      },
    },
  });

test.for([...SECRETS, `Basic ${btoa("key-test:hush-hush-secret")}`])(
  "the leak guard of the tests finds %s in an error, in an error while paging, and in a log",
  async (secret) => {
    const { users } = leaky(`${secret}1`);
    await expect(users.getUser()).rejects.toThrow("No.");
    expect(takeLeaks()).toHaveLength(1);
    const paging = async () => {
      for await (const _page of users.iterAll());
    };
    await expect(paging()).rejects.toThrow();
    expect(takeLeaks()).toHaveLength(1);
    guardLog([`{"token":"${secret}1"}`, '{"msg":"ready"}']);
    expect(takeLeaks()).toHaveLength(1);
  },
);
