#!/bin/bash
# Sends a table by four tasks, each a part of it: sbatch slurm.sh customers.csv spring
#
# All nodes share the folder BOOSTER_HOME, in which each part keeps how far it is. A task that is requeued goes on where it
# was, since the name of the run and the number of the part are the same.
#SBATCH --job-name=booster
#SBATCH --array=1-4
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=1
#SBATCH --mem=128M
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=booster-%A-%a.log
#SBATCH --signal=TERM@60
set -eu

table=$1
run=$2
export BOOSTER_HOME=${BOOSTER_HOME:-$HOME/booster-runs}

# --rate is that of all tasks together. The program takes the place of the shell, so that it gets the signals.
exec booster bulk patch "$table" --run "$run" --shard auto/4 --fill --no-input \
    --concurrency "${CONCURRENCY:-16}" --rate "${RATE:-200/s}"
