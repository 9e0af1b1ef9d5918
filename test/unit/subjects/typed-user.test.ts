import fc from "fast-check";
import { expect, it } from "vitest";
import { readTypedUser as readWithCodes } from "../../../src/subjects/typed-user.ts";
import { wordedUser } from "../../support/worded.ts";

const readTypedUser = (typed: string) => wordedUser(readWithCodes(typed));

const ANN = "ann.karlsson@harborlight.example";

const LINK = "Contains a link that can't be a username. Type the username.";
const BROKEN = "Contains a broken character (half an emoji, or U+0000). Remove it.";

it.each([
  ["an address", ANN],
  ["Slack's link with a label", `<mailto:${ANN}|${ANN}>`],
  ["Slack's link without a label", `<mailto:${ANN}>`],
  ["a mailto address", `mailto:${ANN}`],
  ["a mailto address with a subject", `mailto:${ANN}?subject=Hello%20you`],
  ["a mailto address with a subject that can't be decoded", `mailto:${ANN}?subject=100%`],
  ["a mailto address that is escaped", "MAILTO:ann.karlsson%40harborlight.example"],
  ["a display name and an address", `Ann Karlsson <${ANN}>`],
  ["a quoted display name and an address", `"Karlsson, Ann" <${ANN}>`],
  ["a mailto address with a copy to the same user", `mailto:${ANN}?cc=${ANN}`],
  ["a mailto address with a direction mark that is escaped", `mailto:%E2%80%AE${ANN}`],
  ["Slack's link with a display name as its label", `<mailto:${ANN}|Ann Karlsson>`],
  ["a link to a page about the user", `<https://people.example/u/${ANN}|${ANN}>`],
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
])("a text with %s names one user", (_what, typed) => {
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
  ["digits in brackets", "contractor(2)"],
  ["many digits in brackets", "contractor(20451)"],
  ["digits in angle brackets", "svc<1>"],
  ["many digits in angle brackets", "svc<20451>"],
  ["digits in square brackets", "svc[1]"],
  ["brackets at its beginning", "(ext) sam"],
  ["brackets and an address", "ann(2)@x.example"],
  ["an emoji", "ann😀@harborlight.example"],
])("a text keeps %s, also in quotes", (_what, typed) => {
  expect(readTypedUser(typed)).toEqual({ who: typed });
  expect(readTypedUser(`“${typed}”.`)).toEqual({ who: typed });
});

it.each([
  ["a curly apostrophe", "o’brien@x.example", "o'brien@x.example"],
  ["a no-break hyphen", "mary\u2011ann@x.example", "mary-ann@x.example"],
  ["a word that Slack took for a host", "<http://ann.karlsson|ann.karlsson>", "ann.karlsson"],
  [
    "digits that Slack took for a telephone",
    "<tel:455998432175629217|455998432175629217>",
    "455998432175629217",
  ],
  ["a mailto link without an address", "<mailto:sam|sam>", "sam"],
  ["a display name and an id", "Ann <455998432175629217>", "455998432175629217"],
])("a text with %s names the user that was meant", (_what, typed, who) => {
  expect(readTypedUser(typed)).toEqual({ who });
});
it.each([
  "a@x.example b@x.example",
  "a@x.example, b@x.example",
  "a@x.example;b@x.example",
  "mailto:a@x.example,b@x.example",
  "A <a@x.example> B <b@x.example>",
  '"a@x.example" <b@x.example>',
  "<mailto:a@x.example|a@x.example> <mailto:b@x.example|b@x.example>",
  "a@x.example (b@x.example)",
  "<mailto:a@x.example|b@x.example>",
  "<mailto:a@x.example|Sam Ortega b@x.example>",
  "<mailto:sam|b@x.example>",
  "<mailto:sam|ann>",
  "<mailto:a@x.example,sam>",
  "<https://people.example/u/a@x.example|b@x.example>",
  "<tel:455998432175629217|455998432175629218>",
  "mailto:a@x.example?cc=b@x.example",
  "mailto:a@x.example?subject=Hi&BCC=b%40x.example",
  "<mailto:a@x.example?to=b@x.example|a@x.example>",
  "mailto:a%40x.example%2Cb%40x.example",
  "mailto:a%40x.example%3Bb%40x.example",
  "a@x.example 455998432175629217",
  "<@U0ANN> <@U0SAM>",
  "<@U0ANN> a@x.example",
])("a text that names two users is a fault: %s", (typed) => {
  expect(readTypedUser(typed)).toEqual({ fault: expect.stringContaining("Names 2 users: ") });
});

it.each(["a@x.example", "<@U0ANN>"])("a text with other words besides %s is a fault", (name) => {
  const fault = `Contains other words besides ${name}. Write only the user.`;
  expect(readTypedUser(`${name} and sam`)).toEqual({ fault });
});

it.each(["", "  ", "\u200B", "“”", "<>", "()", "...", "\u3164"])(
  "a text that names no user is a fault: %j",
  (typed) => {
    expect(readTypedUser(typed)).toEqual({ fault: expect.stringContaining("Name the user") });
  },
);

it.each([
  ["U+0000", "x\0y", BROKEN],
  ["U+0000 in a link", "mailto:ann%00@x.example", LINK],
  ["a line end in a link", "mailto:ann%0A@x.example", LINK],
  ["a blank in a link", "<mailto:ann%20k@x.example>", LINK],
  ["a bar in a link", "<mailto:ann%7Ck@x.example>", LINK],
  ["a control character in a copy", "mailto:a@x?cc=b%07@x", LINK],
  ["a link in a link", "mailto:mail%74o:ann@x", LINK],
  ["a copy that can't be decoded", "mailto:a@x?cc=b%40x%", LINK],
  ["U+FFFD in a link", "mailto:ann%EF%BF%BD@x", BROKEN],
  ["half a character", "x\uD83D", BROKEN],
  ["a control character", "x\u0007y", "Contains an invisible control character. Remove it."],
  ["321 characters", "x".repeat(321), "Too long for a username: 321 characters. The limit is 320."],
  ["129 digits", "1".repeat(129), "Too long for an id: 129 characters. The limit is 128."],
  ["1,001 characters", " ".repeat(1_001), "Too long for a user: 1,001 characters. The limit is 1,000."],
])("a text with %s is a fault", (_what, typed, fault) => {
  expect(readTypedUser(typed)).toEqual({ fault });
});

it.each([
  ["digits in two brackets that are no pair", "20451(20451>", { who: "20451" }],
  [
    "a link without text beside other words",
    "ann;b<|>＠x.example",
    { fault: "Contains other words besides b@x.example. Write only the user." },
  ],
])("a text with %s is read as the result would be", (_what, typed, read) => {
  expect(readTypedUser(typed)).toEqual(read);
});

it("any text is read as one user or one fault, and the result is read as itself", () => {
  const sign = fc.constantFrom(
    ..."<>()[]\"'“”@|.,;?&= ab1\u200B＠",
    ...["a@x.example", "b@x.example", "mailto:", "http://", "20451"],
    ...["%40", "%2C", "%00", "%0A", "%20", "%7C", "%E2%80%AE", "%25", "%3C"],
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.array(sign).map((each) => each.join("")),
      ),
      (typed) => {
        const read = readTypedUser(typed);
        if ("who" in read) {
          expect(read.who).toMatch(/^[^\p{Cc}\p{Default_Ignorable_Code_Point}\p{Cs}\uFFFD]+$/u);
          expect(readTypedUser(read.who)).toEqual(read);
        } else expect(read.fault).not.toBe("");
      },
    ),
    { numRuns: 5_000, examples: [[".<20451)"], ["a(20451>"]] },
  );
});
