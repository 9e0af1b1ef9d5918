import { expect, test } from "vitest";
import { createOffsetClock } from "../support/scenario-clock.ts";
import { emailOf, makeRequest, waitForCard } from "../support/scenario-requests.ts";
import { makeDueNow, untilQuiet, useWorld } from "../support/scenario-world.ts";

const { clock, advance } = createOffsetClock();
const world = useWorld({ clock });

test("a request whose job is woken before its time waits for it, and expires when its day is over", async () => {
  const { id } = await makeRequest(world(), { command: `/incydr deactivate ${emailOf("nadia.petrov")}` });
  await advance(24 * 3_600_000 - 60_000);
  await makeDueNow(world().db, "name = 'expire' and state = 'created'");
  await expect
    .poll(async () => {
      const { rows } = await world().db.query(
        "select state, start_after > current_instant() as later from pgboss.job where name = 'expire'",
      );
      return rows.some(({ state, later }) => state === "completed" || later);
    })
    .toBe(true);
  await untilQuiet(world());
  await advance(120_000);
  await waitForCard(world(), { id, shows: "Expired." });
}, 30_000);
