import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTypedUser } from "../../../src/subjects/typed-user.ts";

const ANN = "ann.karlsson@harborlight.example";

describe("a typed or pasted text names one user", () => {
  it.each([
    ["an address", ANN],
    ["Slack's link with a label", `<mailto:${ANN}|${ANN}>`],
    ["Slack's link without a label", `<mailto:${ANN}>`],
    ["a mailto address", `mailto:${ANN}`],
    ["a mailto address with a subject", `mailto:${ANN}?subject=Hello%20you`],
    ["a mailto address that is escaped", "MAILTO:ann.karlsson%40harborlight.example"],
    ["a display name and an address", `Ann Karlsson <${ANN}>`],
    ["a quoted display name and an address", `"Karlsson, Ann" <${ANN}>`],
    ["a display name and Slack's link", `Ann Karlsson <mailto:${ANN}|${ANN}>`],
    ["an address as a display name", `"${ANN}" <${ANN.toUpperCase()}>`.replace(ANN.toUpperCase(), ANN)],
    ["a name in round brackets", `${ANN} (Ann Karlsson)`],
    ["an address in round brackets", `Ann Karlsson (${ANN})`],
    ["straight quotes", `"${ANN}"`],
    ["apostrophes", `'${ANN}'`],
    ["curly quotes", `“${ANN}”`],
    ["single curly quotes", `‘${ANN}’`],
    ["low and angular quotes", `„${ANN}“ `],
    ["guillemets", `«${ANN}»`],
    ["backquotes", `\`${ANN}\``],
    ["brackets", `[(<${ANN}>)]`],
    ["a full stop behind it", `${ANN}.`],
    ["punctuation behind it", `${ANN} , ; : ! ? …`],
    ["a quote and a comma", `“${ANN}”,`],
    ["a bullet", `• ${ANN}`],
    ["zero-width characters", `\u200B${ANN.replace("@", "\u200B@\u2060")}\uFEFF`],
    ["direction marks", `\u202A${ANN}\u202C\u200E`],
    ["a soft hyphen", ANN.replace("harbor", "harbor\u00AD")],
    ["no-break spaces", `\u00A0${ANN}\u202F`],
    ["a braille blank", `${ANN}\u2800`],
    ["a full-width @", ANN.replace("@", "＠")],
    ["an apostrophe of a spreadsheet", `'${ANN}`],
  ])("with %s", (_what, typed) => {
    expect(readTypedUser(typed)).toEqual({ who: ANN });
  });

  it.each([
    ["a plus", "victor.hale+lab@harborlight.example"],
    ["an apostrophe", "o'brien@harborlight.example"],
    ["letters that aren't ASCII", "pär.öberg@harborlight.example"],
    ["a digit at its end", "ann.karlsson2@harborlight.example7"],
    ["a hyphen and an underscore at its ends", "_ann-@harborlight.example-"],
    ["no address", "ann.karlsson"],
    ["blanks", "ann karlsson"],
    ["digits of an id", "455998432175629217"],
    ["a mention", "<@U0NADIA>"],
    ["a mention with a label that has a blank", "<@U0NADIA|Nadia Petrov>"],
    ["an emoji", "ann😀@harborlight.example"],
  ])("and keeps %s", (_what, typed) => {
    expect(readTypedUser(typed)).toEqual({ who: typed });
    expect(readTypedUser(`“${typed}”.`)).toEqual({ who: typed });
  });

  it.each([
    ["a curly apostrophe", "o’brien@x.example", "o'brien@x.example"],
    ["a no-break hyphen", "mary\u2011ann@x.example", "mary-ann@x.example"],
    ["a word that Slack took for a host", "<http://ann.karlsson|ann.karlsson>", "ann.karlsson"],
    ["a display name and an id", "Ann <455998432175629217>", "455998432175629217"],
  ])("whatever a keyboard or Slack made of it: %s", (_what, typed, who) => {
    expect(readTypedUser(typed)).toEqual({ who });
  });
});

describe("a text is a fault", () => {
  it.each([
    "a@x.example b@x.example",
    "a@x.example, b@x.example",
    "a@x.example;b@x.example",
    "mailto:a@x.example,b@x.example",
    "A <a@x.example> B <b@x.example>",
    '"a@x.example" <b@x.example>',
    "<mailto:a@x.example|a@x.example> <mailto:b@x.example|b@x.example>",
    "a@x.example (b@x.example)",
    "a@x.example 455998432175629217",
    "<@U0ANN> <@U0SAM>",
    "<@U0ANN> a@x.example",
  ])("that names two users: %s", (typed) => {
    expect(readTypedUser(typed)).toEqual({ fault: expect.stringContaining("Names 2 users: ") });
  });

  it("that has words beside an address, which may name somebody else", () => {
    expect(readTypedUser("a@x.example and sam")).toEqual({
      fault: "Has other words beside a@x.example. Name one user, and nothing else.",
    });
  });

  it("that has words beside a mention", () => {
    expect(readTypedUser("<@U0ANN> and sam")).toEqual({
      fault: "Has other words beside <@U0ANN>. Name one user, and nothing else.",
    });
  });

  it.each(["", "  ", "\u200B", "“”", "<>", "()", "...", "\u3164"])("that names nobody: %j", (typed) => {
    expect(readTypedUser(typed)).toEqual({ fault: expect.stringContaining("Say whom you mean") });
  });

  it.each([
    ["U+0000", "x\0y", "Has half a character or U+0000, which no username has."],
    ["half a character", "x\uD83D", "Has half a character or U+0000, which no username has."],
    ["a control character", "x\u0007y", "Has a control character, which no username has."],
    ["321 characters", "x".repeat(321), "A username has at most 320 characters; this has 321."],
    ["129 digits", "1".repeat(129), "An id has at most 128 characters; this has 129."],
    ["1,001 characters", " ".repeat(1_001), "At most 1000 characters can name a user; these are 1001."],
  ])("that has %s", (_what, typed, fault) => {
    expect(readTypedUser(typed)).toEqual({ fault });
  });
});

it("reads any text as one user or one fault, and what it read once more as the same", () => {
  const sign = fc.constantFrom(..."<>()\"'“”@|.,;: mailto:ab1\u200B＠", "a@x.example");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(sign).map((signs) => signs.join("")),
      ),
      (typed) => {
        const read = readTypedUser(typed);
        if ("who" in read) {
          expect(read.who).not.toBe("");
          expect(readTypedUser(read.who)).toEqual(read);
        } else expect(read.fault).not.toBe("");
      },
    ),
    { numRuns: 1_000 },
  );
});
