import { Logger } from "@aws-lambda-powertools/logger";

/** What steps and entries may log with; tests pass a silent one. */
export interface StepLogger {
  info(message: string, extra?: Record<string, unknown>): void;
  warn(message: string, extra?: Record<string, unknown>): void;
  error(message: string, extra?: Record<string, unknown>): void;
}

/** Structured JSON logs; `serviceName` is the Lambda's folder name. */
export function lambdaLogger(serviceName: string): StepLogger {
  const logger = new Logger({ serviceName });
  return {
    info: (message, extra = {}) => logger.info(message, extra),
    warn: (message, extra = {}) => logger.warn(message, extra),
    error: (message, extra = {}) => logger.error(message, extra),
  };
}
