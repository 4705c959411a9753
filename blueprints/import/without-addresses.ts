/** With a scheme; an e-mail's; or a host with a longer path, as webhooks have it (a label such as `app.kubernetes.io/name` is none). */
const ADDRESS =
  /[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+|[^\s"'<>@()]+@[^\s"'<>@()]+\.[a-z]{2,}|\b(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:\/[^\s"'<>/]+){2,}/gi;

/** A text of the source as it may be printed: an address often is a secret (whoever knows a webhook may post to it), wherever it stands. */
export function withoutAddresses(text: string): string {
  return text.replace(ADDRESS, "<address>");
}
