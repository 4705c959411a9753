import * as z from "zod/mini";

/** Environment of the Lambda behind the state `ExecuteStep`; the CDK construct fills it through the same schema. */
export const ExecuteStepEnvironmentSchema = z.object({ TABLE_NAME: z.string().check(z.minLength(3)) });
