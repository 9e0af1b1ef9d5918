import { afterAll, expect } from "vitest";
import { takeLeaks } from "./leak-guard.ts";

// Every client and every bot of the suite is watched: no error and no log may show a secret or a token.
afterAll(() => expect(takeLeaks()).toEqual([]));
