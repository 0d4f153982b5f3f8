#!/bin/bash
# Transcribes the recordings of a list or folder with GNU parallel: a process for each processor, one thread each.
#   gnu-parallel.sh LIST OUTPUT_DIR [SHARDS]
# More shards than processes keep all of them busy to the end. For several machines with a disk in common, add
# --sshloginfile nodes.txt to parallel and give paths from the root.
set -euo pipefail

list=${1:?give a list or folder of recordings}
texts=${2:?give a folder for the texts}
shards=${3:-$(($(nproc) * 4))}

mkdir -p "$texts"
seq "$shards" | parallel --joblog "$texts/asr-stream-parallel.log" \
  asr-stream batch "$list" --output-dir "$texts" --shard "{}/$shards" --offline --threads 1 --quiet
