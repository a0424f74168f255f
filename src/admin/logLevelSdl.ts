/** The part of the admin API about the log's level. */
export const logLevelSdl = /* GraphQL */ `
extend type Query {
  "The level the log is at."
  logLevel: LogLevelState!
}

extend type Mutation {
  "Sets the level of this process's log for a while; then it goes back to that of the settings (observability.log.level)."
  setLogLevel(level: LogLevel!, forSeconds: Int! = 600, author: String): LogLevelState
}

enum LogLevel {
  TRACE
  DEBUG
  INFO
  WARN
  ERROR
  SILENT
}

type LogLevelState {
  level: LogLevel!
  "That of the settings."
  configured: LogLevel!
  "When it goes back to that; null when it is that."
  until: DateTime
}
`;
