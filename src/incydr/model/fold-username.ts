/**
 * A username as it is compared: composed (NFC) and in lower case, in no language's own way. "K" and "k" are one
 * letter, and so are "é" and "e" with a combining accent; "ß" and "ss" are not, nor are "ı" and "i".
 */
export function foldUsername(username: string): string {
  return username.normalize("NFC").toLowerCase().normalize("NFC");
}
