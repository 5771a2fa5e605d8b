# size FILE: its bytes, 0 if it is not there.
size() { stat -c %s "$1" 2> /dev/null || echo 0; }
# kill_at SIGNAL FILE BYTES END COMMAND...: sends SIGNAL once FILE has so many bytes, and returns the
# command's status. A signal that comes after END is there was too late: all is begun again, on a
# busy machine up to twenty times.
kill_at() {
  local signal=$1 file=$2 bytes=$3 end=$4 status
  shift 4
  for try in {1..20}; do
    rm -rf "${file%/*}"
    "$@" > /dev/null 2> kill_at.txt &
    until [ "$(size "$file")" -ge "$bytes" ] || [ -e "$end" ]; do :; done
    kill -s "$signal" $! 2> /dev/null
    { wait $!; status=$?; } 2> /dev/null
    [ -e "$end" ] || return $status
  done
  echo "too late, twenty times"
}
