/**
 * With a scheme; an e-mail's; or a host with a longer path, as webhooks have it (a label such as `app.kubernetes.io/name` is none). Each part has a longest
 * length, so that a text of megabytes is searched in one go.
 */
const ADDRESS =
  /[a-z][a-z0-9+.-]{0,19}:\/\/[^\s"'<>]+|[^\s"'<>@()]{1,64}@[^\s"'<>@()]{1,253}\.[a-z]{2,24}|\b(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?::\d{1,5})?(?:\/[^\s"'<>/]{1,255}){2,}/gi;

/** A text of the source as it may be printed: an address often is a secret (whoever knows a webhook may post to it), wherever it stands. */
export function withoutAddresses(text: string): string {
  return text.replace(ADDRESS, "<address>");
}
