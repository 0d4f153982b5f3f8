/** Runs the program with the folder's Node, through links to the launcher too. Wants nothing but a shell. */
export const SHELL_LAUNCHER = `#!/bin/sh
self=$0
case $self in */*) ;; *) self=./$self ;; esac
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in /*) self=$link ;; *) self=\${self%/*}/$link ;; esac
done
here=$(CDPATH='' cd -- "\${self%/*}/" && pwd -P) || exit 1
exec "$here/runtime/node" "$here/app/bin/asr-stream.js" "$@"
`

export const WINDOWS_LAUNCHER = '@"%~dp0runtime\\node.exe" "%~dp0app\\bin\\asr-stream.js" %*\r\n'

/** What one reads first. */
export function readMe({ platform, arch }, version, nodeVersion) {
  const needs = {
    linux: 'glibc 2.28 or later and the libstdc++ of GCC 7 or later, which every desktop and server has since 2019.',
    darwin: 'macOS on Apple silicon. If macOS blocks it: xattr -dr com.apple.quarantine FOLDER',
    win32: 'Windows 10 or later, with the Visual C++ runtime (vc_redist.x64.exe), which most programs bring.',
  }
  const command = platform === 'win32' ? 'asr-stream talk.wav' : './asr-stream talk.wav'
  const text = `asr-stream ${version} for ${platform} ${arch}, with Node ${nodeVersion}: streaming speech-to-text.

  ${command}
  ${command.replace('talk.wav', '--help')}

Nothing is installed and nothing is downloaded: delete the folder, and it is gone. It wants
${needs[platform]}

Other formats than WAV, MP3, FLAC, Ogg, AIFF and CAF want ffmpeg; a microphone wants sox, arecord or ffmpeg.
The documentation is in app/README.md and app/docs. Licenses: LICENSE, THIRD-PARTY.txt, runtime/LICENSE, app/NOTICE.md.
`
  return platform === 'win32' ? text.replaceAll('\n', '\r\n') : text
}
