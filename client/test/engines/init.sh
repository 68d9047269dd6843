# The first process of an engine's own process and mount namespace: starts the engine, passes the request
# to end on to it, and takes in the processes that lose their parent.
"$@" &
engine=$!
trap 'kill -TERM $engine' TERM INT
while kill -0 $engine 2>/dev/null; do
  wait
done
