// Preloaded into a bot's process: makes it believe that the machine's clock is wrong, and sets that clock at SIGUSR2.

let offMs = Number(process.env.TEST_CLOCK_OFF_MS);
const jumpMs = Number(process.env.TEST_CLOCK_JUMP_MS);
process.on("SIGUSR2", () => {
  offMs += jumpMs;
});

const TrueDate = Date;
globalThis.Date = class extends TrueDate {
  constructor(...args: [] | [string | number | Date]) {
    if (args.length === 0) super(TrueDate.now() + offMs);
    // Passes on all arguments of a Date.
    else super(...args);
  }
  static override now = () => TrueDate.now() + offMs;
} as DateConstructor;
Object.defineProperty(performance, "timeOrigin", { value: performance.timeOrigin + offMs });
