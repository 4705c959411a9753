import * as z from "zod/mini";

/** Environment of the Lambda behind the state `RecordIncident`; the CDK construct fills it through the same schema. */
export const RecordIncidentEnvironmentSchema = z.object({ TABLE_NAME: z.string().check(z.minLength(3)) });
