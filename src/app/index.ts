export { createApp, type RunningApp } from "./create-app.ts";
