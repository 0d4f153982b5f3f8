/** Whether a server that answers so may well answer otherwise a moment later: it is broken, slow, or has too much to do. */
export function isPassingStatus(status: number): boolean {
  return status >= 500 || status === 429 || status === 408
}
