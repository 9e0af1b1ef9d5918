export { createApp, type RunningApp } from "./create-app.ts";
export { watchProcessFaults } from "./observers.ts";
