# Sourced by the commands beside it: `measure MODULE WORDS` runs a measurement on embedded services of its own.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
unset DATABASE_URL REDIS_URL
QUANNAN_VAR=$(mktemp -d) || exit 1
export QUANNAN_VAR
trap 'rm -rf -- "$QUANNAN_VAR"' EXIT
trap 'exit 130' INT TERM

measure() {
    module=$1
    shift
    BENCH_WORDS="$*" "$root/bin/manage" shell --no-imports --command \
        "import os; from bench.$module import main; main(os.environ['BENCH_WORDS'].split())"
}
