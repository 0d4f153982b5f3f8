#!/usr/bin/env bash
# Makes fixtures/compressed from fixtures/jfk.wav: the same recording in other formats, for the tests.
# Wants ffmpeg with libmp3lame, libopus and libvorbis (Debian: apt install ffmpeg). Other versions make other bytes.
set -euo pipefail
cd "$(dirname "$0")/../fixtures"
mkdir -p compressed

make() {
  ffmpeg -nostdin -hide_banner -loglevel error -y -i jfk.wav -map_metadata -1 -bitexact -fflags +bitexact "$@"
}

make -ar 44100 -ac 2 -c:a libmp3lame -q:a 7 compressed/jfk_vbr_stereo.mp3
make -c:a libmp3lame -b:a 24k -write_xing 0 -id3v2_version 0 compressed/jfk_cbr.mp3
make -c:a flac compressed/jfk.flac
make -c:a libopus -b:a 24k compressed/jfk.opus
make -c:a libvorbis -q:a 0 compressed/jfk.ogg
make -c:a aac -b:a 32k -movflags +faststart compressed/jfk.m4a
