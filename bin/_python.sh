# Sourced by the commands beside it: finds a Python that is new enough and sets $python and $root.
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
python=
for candidate in "${QUANNAN_PYTHON:-python3}" python3.13 python3.12 python3.11 python3.14; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [ -z "$python" ]; then
    echo "找不到 Python 3.11 或更高版本。请先安装(如 apt-get install python3 python3-venv),或用 QUANNAN_PYTHON 指明其路径。" >&2
    exit 1
fi
