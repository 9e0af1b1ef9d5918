// Plain JavaScript, imported before the first TypeScript file. Without this check, an older Node.js would report an
// unknown file extension.

const needed = [22, 18];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    [
      `incydr-chatops needs Node.js ${needed.join(".")} or newer; this is ${process.versions.node} (${process.execPath}).`,
      "",
      "`npm ci` installs the right version, and the npm scripts use it (`npm start`, `npm run sandbox`, `npm test`).",
      "`npm ci --ignore-scripts` does not install it. Then run `npm rebuild node`, or install Node.js 24 from",
      "https://nodejs.org.",
      "",
    ].join("\n"),
  );
  process.exit(1);
}
