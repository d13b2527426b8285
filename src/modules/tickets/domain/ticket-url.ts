/** Where an agent reads a ticket: the API's own address of it, which a browser with a session opens too. */
export function ticketUrl(publicUrl: string, protocol: string): string {
  return `${publicUrl}/api/v1/tickets/${protocol}`;
}
