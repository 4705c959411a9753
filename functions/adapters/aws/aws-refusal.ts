import * as z from "zod/mini";
import type { HttpAnswer } from "../http/http-exchange.ts";
import { xmlText } from "./xml-text.ts";

/** A service said no. `name` is its error code, as with the SDK's errors, so `callAws` translates both alike. */
export class AwsRefusal extends Error {
  override readonly name: string;
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: string, message: string, status: number) {
    super(message);
    this.name = code;
    this.$metadata = { httpStatusCode: status };
  }
}

const JsonErrorSchema = z.object({
  __type: z.optional(z.string()),
  code: z.optional(z.string()),
  message: z.optional(z.string()),
  Message: z.optional(z.string()),
});

/** Reads the code and the message out of an error answer of a JSON or an XML service; nothing else of it, since S3 repeats what was signed. */
export function awsRefusal({ status, headers, bytes }: HttpAnswer): AwsRefusal {
  const text = bytes.toString("utf8");
  const otherwise = `HTTP ${status}`;
  if (text.trimStart().startsWith("<")) {
    return new AwsRefusal(xmlText(text, "Code") ?? otherwise, xmlText(text, "Message") ?? otherwise, status);
  }
  const { __type, code, message, Message } = jsonError(text);
  const type = [headers["x-amzn-errortype"]].flat()[0] ?? __type ?? code ?? otherwise;
  return new AwsRefusal(bareCode(type), message ?? Message ?? otherwise, status);
}

function jsonError(text: string): z.infer<typeof JsonErrorSchema> {
  try {
    const parsed = JsonErrorSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

/** `com.amazonaws.eks#ThrottlingException:http://...` is `ThrottlingException`. */
function bareCode(type: string): string {
  return type.replace(/^[^:]*#/, "").replace(/:.*$/, "");
}
