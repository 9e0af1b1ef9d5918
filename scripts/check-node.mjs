// Plain JavaScript, imported before the first TypeScript file: without it, an older Node.js would fail with a message
// about an unknown file extension.

const needed = [22, 18];

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  process.stderr.write(
    [
      `incydr-chatops needs Node.js ${needed.join(".")} or newer; this is ${process.versions.node} (${process.execPath}).`,
      "",
      "The right version comes with the dependencies: run `npm ci`, then use the npm scripts (`npm start`,",
      "`npm run sandbox`, `npm test`), which run on it. After `npm ci --ignore-scripts` it is missing; then",
      "install Node.js 24 (https://nodejs.org) or run `npm rebuild node`.",
      "",
    ].join("\n"),
  );
  process.exit(1);
}
