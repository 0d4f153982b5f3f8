/** What ffmpeg reads: a file, what is written to its standard input, or an address. */
export type FfmpegInput =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'pipe' }
  | { readonly kind: 'url'; readonly url: string }

/** Schemes of addresses that are read, and the protocols that ffmpeg may use for each. A file can name none of them. */
const PROTOCOLS = {
  http: 'http,https,httpproxy,tcp,tls,crypto,data',
  https: 'http,https,httpproxy,tcp,tls,crypto,data',
  rtsp: 'rtsp,rtp,srtp,udp,tcp,tls',
  rtsps: 'rtsp,rtp,srtp,udp,tcp,tls',
  rtmp: 'rtmp,rtmpt,tcp',
  rtmps: 'rtmp,rtmps,rtmpts,tcp,tls',
  srt: 'srt,udp',
} as const

type Scheme = keyof typeof PROTOCOLS

/** Schemes of addresses that are read. */
export const URL_SCHEMES = Object.keys(PROTOCOLS) as readonly Scheme[]

/** Schemes of what is sent while it happens: what is missed is gone. */
const LIVE_SCHEMES: readonly Scheme[] = ['rtsp', 'rtsps', 'rtmp', 'rtmps', 'srt']

/** Of a stream over HTTP that breaks off ffmpeg asks for the rest, waiting longer and longer, this many seconds at most. */
const MAX_RECONNECT_SEC = 30

/** The scheme of an address, in lower case; null: it is none, but a path. */
export function schemeOf(text: string): string | null {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase() ?? null
}

/** Whether an address is of what is sent while it happens. */
export function isLiveUrl(url: string): boolean {
  return LIVE_SCHEMES.includes(schemeOf(url) as Scheme)
}

/** An address without the password in it, for messages. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1***@')
}

/**
 * The arguments with which ffmpeg writes the first audio track as a WAV of 16 bits to its standard output, with the rate and
 * the channels that it has.
 *
 * @param startAtSec seconds at the start that are left out
 */
export function ffmpegArguments(input: FfmpegInput, startAtSec = 0): readonly string[] {
  const start = startAtSec > 0 ? ['-ss', String(startAtSec)] : []
  const output = [
    '-map',
    '0:a:0',
    '-map_metadata',
    '-1',
    '-fflags',
    '+bitexact',
    '-c:a',
    'pcm_s16le',
    '-f',
    'wav',
    'pipe:1',
  ]
  return ['-nostdin', '-hide_banner', '-loglevel', 'error', ...start, ...inputArguments(input), ...output]
}

/** The arguments that make ffmpeg and ffprobe read something, and nothing that it may name. */
export function inputArguments(input: FfmpegInput): readonly string[] {
  switch (input.kind) {
    case 'file':
      return ['-protocol_whitelist', 'file', '-i', `file:${input.path}`]
    case 'pipe':
      return ['-protocol_whitelist', 'pipe', '-i', 'pipe:0']
    case 'url': {
      const scheme = schemeOf(input.url) as Scheme
      const retries = ['-reconnect', '1', '-reconnect_streamed', '1', '-reconnect_delay_max', String(MAX_RECONNECT_SEC)]
      const more = scheme.startsWith('http') ? retries : scheme.startsWith('rtsp') ? ['-rtsp_transport', 'tcp'] : []
      return ['-protocol_whitelist', PROTOCOLS[scheme], ...more, '-i', input.url]
    }
  }
}
