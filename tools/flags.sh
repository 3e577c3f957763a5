# How the program is started: flags of the JVM, and which commands need which. Sourced by quest and by
# the launcher of the self-contained archive; needs bash 3.2 or newer.

# Flags for commands that only tell something, and for those that compute.
main=io.github.quest4j.cli.Main
light=(-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED)
full=(-XX:+UseParallelGC --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED)
# Before the kernels are compiled they put vectors on the heap, gigabytes in a few seconds, and the collector would
# grow the young generation to a third of what the heap may have, for good.
full+=(-XX:MaxNewSize=256m -Xlog:gc+ergo=off) # a smaller heap is no reason for a warning
# Kernels are compiled at a tenth of the usual number of calls: interpreted, a vector operation costs a
# thousand times as much. A cold prompt is read a fifth faster so.
full+=(-XX:CompileCommand=quiet)
for kernels in model.compute.cpu attention.kernel; do
  full+=("-XX:CompileCommand=CompileThresholdScaling,io.github.quest4j.$kernels.*::*,0.1")
done
# This one takes over from a plain loop in the middle of a prompt, and should be compiled after a few rows.
full+=("-XX:CompileCommand=CompileThresholdScaling,io.github.quest4j.model.compute.cpu.VectorRowKernels::vectors,0.01")
# Methods that take or return a vector are always inlined: the compiler leaves out calls that it has not seen counted,
# and a vector that crosses a call lies on the heap, for as long as the JVM runs. CompilerFlagsTest knows them all.
for helpers in \
  model.compute.cpu.matmul.Lanes::{bfloat16s,broadcast,bytes,floats,halfs,load,mask,packed,scales,shorts,signedBytes} \
  model.compute.cpu.matmul.{Mantissas::constant,PlainRowKernel::{load,zero}} \
  attention.kernel.{VectorAttend::exp,VectorBounds::{bound,load,products},VectorHadamard::{sign,withinVector}} \
  attention.kernel.{VectorLookups::{highNibbles,load,lowNibbles,pair,rowBase},VectorMath::{exp,weight},VectorSealKernels::load} \
  attention.kernel.{VectorShapes::{highHalves,lowHalves,max,sum},VectorSketch::numbers,VectorTables::signed}; do
  full+=("-XX:CompileCommand=inline,io.github.quest4j.$helpers")
done

# choose_kind ARGUMENT...: sets KIND to light where a command only tells something, else to full.
choose_kind() {
  # Small commands start without the Vector API's module: it costs half of a short start.
  KIND=full
  case ${1:-} in
    '' | -h | --help | -V | --version | help | models) KIND=light ;;
  esac
  local argument
  for argument in "${2:-}" "${3:-}"; do
    case $argument in -h | --help) KIND=light ;; esac
  done
}

# start_computing JAVA JAR ARGUMENT...: becomes the program; `flags` and `own` hold further flags.
# The JVM says at each start that an incubator module is in use. Its standard error passes a filter
# for that line until the program takes the real one, handed over as 3, in its place.
start_computing() {
  local java=$1 jar=$2
  shift 2
  # A small young generation is as fast and takes 200 MB less. But a server allocates for as long as it runs, and
  # loses 3 % of its tokens to one.
  [ "${1:-}" = serve ] || full+=(-XX:MaxNewSize=24m)
  exec 3>&2 || exec 3>/dev/null
  exec "$java" "${full[@]}" "${flags[@]}" -Dquest.stderr=3 ${own[@]+"${own[@]}"} -cp "$jar" $main "$@" \
    2> >(exec >/dev/null 2>&1; while IFS= read -r line || [ -n "$line" ]; do
      case $line in 'WARNING: Using incubator modules: jdk.incubator.vector') ;; *) printf '%s\n' "$line" >&3 ;; esac
    done)
}
