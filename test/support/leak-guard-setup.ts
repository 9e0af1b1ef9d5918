import { afterAll, expect } from "vitest";
import { takeLeaks } from "./leak-guard.ts";

// Watches every client and every bot of the test run: no error and no log may show a secret or a token.
afterAll(() => expect(takeLeaks()).toEqual([]));
