#!/bin/bash
# Transcribes the recordings of a list or folder with a Slurm array: a task for each shard.
#   sbatch --array=1-8 slurm-array.sh LIST OUTPUT_DIR
# LIST and OUTPUT_DIR are on a disk that all nodes have. What a task that was killed has not done, the same command does.
#SBATCH --job-name=asr-stream
#SBATCH --array=1-8
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=2
#SBATCH --mem=2G
#SBATCH --time=12:00:00
#SBATCH --requeue
#SBATCH --output=asr-stream-%A-%a.log
set -euo pipefail

list=${1:?give a list or folder of recordings}
texts=${2:?give a folder for the texts}

srun --ntasks=1 asr-stream batch "$list" --output-dir "$texts" --shard auto \
  --offline --threads "${SLURM_CPUS_PER_TASK:-0}" --quiet
