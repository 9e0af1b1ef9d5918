import { RefusalError } from "../../kernel/errors.ts";

/** Makes the base of an error class. `describe` makes its data and its message from the constructor's arguments. */
export function defineRefusal<Code extends string, Args extends readonly unknown[], Data>(
  code: Code,
  describe: (...args: Args) => { data: Data; message: string },
): new (
  ...args: Args
) => RefusalError<Code, Data> {
  return class extends RefusalError<Code, Data> {
    constructor(...args: Args) {
      const { data, message } = describe(...args);
      super(code, data, message);
    }
  };
}
