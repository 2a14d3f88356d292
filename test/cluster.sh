# test/cluster.sh: for scripts that run when with_server has a server, and need more of them. `start NAME OPTION=VALUE…`
# starts one on loopback and sets port_of[NAME]; all are stopped at the end.

started=()
declare -A port_of

stop_clusters() {
	local name
	for name in "${started[@]}"; do
		pg_ctlcluster -m immediate "$PGVERSION" "$name" stop
	done
}
trap stop_clusters EXIT
trap 'exit 130' INT TERM

data_of() { echo "$PG_CLUSTER_CONF_ROOT/../data/$PGVERSION/$1"; }

start() {
	local name=$1 options=() setting
	shift
	read -ra options <<<"$CM_SERVER_OPTIONS"
	for setting in fsync=off "$@"; do
		options+=(-o "$setting")
	done
	port_of[$name]=$((10000 + RANDOM % 20000))
	started+=("$name")
	# from /, as the server's user may not be allowed to enter this folder
	(cd / && pg_createcluster -q -p "${port_of[$name]}" -d "$(data_of "$name")" -l "$PG_CLUSTER_CONF_ROOT/../log/$name.log" \
		--locale=C.UTF-8 --encoding=UTF8 "${options[@]}" "$PGVERSION" "$name" -- \
		--username="$PGUSER" --pwfile="$PGSYSCONFDIR/pwfile" --nosync &&
		pg_ctlcluster "$PGVERSION" "$name" start) >/dev/null
}
