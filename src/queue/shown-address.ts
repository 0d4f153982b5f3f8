/** Whether an address is of an object store. */
export function isObjectAddress(address: string): boolean {
  return /^s3:\/\//i.test(address)
}

/** Whether a queue takes what is at an address: recordings that stay, and no streams. */
export function isStoredAddress(address: string): boolean {
  return URL.canParse(address) && ['http:', 'https:', 's3:'].includes(new URL(address).protocol)
}

/** An address for people: without what may be secret in it. */
export function shownAddress(address: string): string {
  if (!URL.canParse(address)) return 'an address'
  const { protocol, host, pathname } = new URL(address)
  return `${protocol}//${host}${pathname}`
}
