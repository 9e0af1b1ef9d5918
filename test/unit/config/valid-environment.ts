/** An environment for Socket Mode with only the needed variables. */
export const validEnvironment = {
  SLACK_BOT_TOKEN: "xoxb-1-bot",
  SLACK_APP_TOKEN: "xapp-1-app",
  DATABASE_URL: "postgres://bot:p%40ssword@db.example:5432/chatops",
  INCYDR_URL: "https://api.us.code42.com",
  INCYDR_CLIENT_ID: "key-42",
  INCYDR_CLIENT_SECRET: "client-secret-42",
  APPROVALS_CHANNEL: "C0APPROVE",
  AUDIT_CHANNEL: "C0AUDIT",
  RESTRICTED_CHANNEL: "C0RESTRICT",
};
