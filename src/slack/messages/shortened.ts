export { shortened } from "../../kernel/shortened.ts";
