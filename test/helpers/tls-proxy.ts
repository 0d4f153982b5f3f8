import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { createServer } from 'node:tls'
import { onTestFinished } from 'vitest'

/** Of tests only, for localhost: it protects nothing. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgEwZ6pTPUAq+cd2Bf
c6DdeBDGWLjHiM0KCNMCQG9CwwihRANCAAQhtZn0UjTxmt2jz9fXMsObDKRgA1kO
NEOk5FL7nWe0/PURjltKlg+NcjYPkfgLI4C56g+7Rjo6KVJnHtVWa51R
-----END PRIVATE KEY-----`
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUXAv+3OsZ6bd13uzaC4DBDevcZRwwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNzE1NTMwN1oYDzIxMjYxMTAz
MTU1MzA3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQhtZn0UjTxmt2jz9fXMsObDKRgA1kONEOk5FL7nWe0/PURjltKlg+N
cjYPkfgLI4C56g+7Rjo6KVJnHtVWa51Ro28wbTAdBgNVHQ4EFgQUjAfKZZejLzuN
1/aTRyJkmNJrWWEwHwYDVR0jBBgwFoAUjAfKZZejLzuN1/aTRyJkmNJrWWEwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgQSjaUoWfe6H64RLKycsXKCHB0tStlsnDz5ZwK5xLokgCIH6P
HcWQQmNVmRjQylhrQH415L2zm+B6vTppCBh+zqw7
-----END CERTIFICATE-----`

/** What a client must trust to believe the proxy. */
export const TRUSTED = CERTIFICATE

/**
 * TLS in front of a server without it, as in operation; it lasts as long as the test.
 * @returns the host that has TLS
 */
export async function tlsProxy(host: string): Promise<string> {
  const [name, port] = host.split(':')
  const proxy = createServer({ key: KEY, cert: CERTIFICATE }, (secure) => {
    const plain = connect(Number(port), name)
    for (const socket of [secure, plain]) socket.on('error', () => {})
    secure.pipe(plain).pipe(secure)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => void proxy.close())
  return `localhost:${(proxy.address() as AddressInfo).port}`
}
