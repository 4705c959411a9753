import * as z from "zod/mini";

/** Environment of `reconcile-alarms`. */
export const ReconcileAlarmsEnvironmentSchema = z.object({ MACHINE_ARN: z.string().check(z.minLength(10)) });
