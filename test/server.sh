# test/server.sh: for test/run, test/demo and test/bench. `build` makes the extension, `with_server COMMAND…` runs a command with
# a throw-away server that has it. All of it lies in the folder $work, which goes at the end: neither the checkout
# nor the server's installation is written to.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PG_CONFIG=$("$root/test/setup") || exit
export PG_CONFIG
unset MAKEFLAGS MFLAGS MAKELEVEL
# Data that is not part of the project: who needs it says so where it is missing.
if [ -z "${CM_DATA:-}" ] && [ -r "$root/../shared/data" ]; then
	CM_DATA=$(realpath "$root/../shared/data")
	export CM_DATA
fi

settings=() # of the server, as in (shared_buffers=1GB), when with_server starts it

work=$(mktemp -d)
chmod 755 "$work" # for the server, which runs as postgres when root starts it
trap 'rm -rf "$work"' EXIT

# The command is a process group, so that a signal to this script ends all of it.
stop() {
	[ -z "${command:-}" ] || { kill -- "-$command"; wait "$command"; }
	exit 130
}
trap stop INT TERM

# Sets CM_TEST_HELPER for test/helper/*.c, C functions that the tests load.
build() {
	local helper=("$root"/test/helper/*.c)
	mkdir "$work/tree" &&
		tar -C "$root" --exclude=./.git -c . | tar -C "$work/tree" --no-same-owner -x &&
		cd "$work/tree" && make -s clean &&
		make -s -j2 COPT=-Werror install DESTDIR="$work/stage" >"$work/make.log" ||
		return
	if [ -e "${helper[0]}" ]; then
		export CM_TEST_HELPER=$work/helper.so
		gcc -Wall -Werror -O2 -fPIC -shared -Isrc -I"$("$PG_CONFIG" --includedir-server)" -o "$CM_TEST_HELPER" "${helper[@]}"
	fi
}

with_server() {
	local share lib options setting
	share=$work/stage$("$PG_CONFIG" --sharedir)
	lib=$work/stage$("$PG_CONFIG" --pkglibdir)
	# Since 18 PostgreSQL looks for extensions in other folders too; before, only Debian's does.
	if grep -q extension_control_path "$("$PG_CONFIG" --sharedir)/postgresql.conf.sample"; then
		options=(-o "extension_control_path=$share:\$system")
	else
		options=(-o "extension_destdir=$work/stage")
	fi
	options+=(-o "dynamic_library_path=$lib:\$libdir" -o timezone=UTC)
	export CM_SERVER_OPTIONS="${options[*]}" # for who needs another such server
	for setting in "${settings[@]}"; do
		options+=(-o "$setting")
	done
	# A port by chance, as runs at the same time would all take the first free one.
	export PGPORT=$((10000 + RANDOM % 20000))
	set -m
	pg_virtualenv -t -v "$(basename "$(dirname "$(dirname "$PG_CONFIG")")")" -c '--locale=C.UTF-8 --encoding=UTF8' \
		"${options[@]}" env PATH="$("$PG_CONFIG" --bindir):$PATH" bash -c 'exec "$@" >&3' - "$@" 3>&1 >/dev/null </dev/null &
	command=$!
	set +m
	wait "$command"
}
