# Sourced by scripts/run, scripts/test and .ci/run: makes .venv and installs FormCheck into it.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

pick_python() {
    for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
        [ -n "$name" ] || continue
        if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "FormCheck needs Python 3.11, 3.12 or 3.13 on the PATH (or named in PYTHON)." >&2
    exit 2
}

# install EXTRAS: once for each content of pyproject.toml and set of extras
install() {
    local python stamp
    python="$(pick_python)" || exit 2
    [ -x "$here/.venv/bin/python" ] || "$python" -m venv "$here/.venv" || {
        echo "Could not make a virtual environment. On Debian: apt-get install python3-venv" >&2
        exit 2
    }
    stamp="$here/.venv/.installed$1"
    if ! cmp -s "$here/pyproject.toml" "$stamp"; then
        echo "Installing FormCheck and its libraries into .venv (once, a few minutes) ..." >&2
        "$here/.venv/bin/python" -m pip install --quiet --disable-pip-version-check -e "$here$1" >&2
        cp "$here/pyproject.toml" "$stamp"
    fi
}
