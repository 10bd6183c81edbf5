#!/bin/sh
# Runs a program in a tree of unpacked packages, as if that were all of the system, and its one folder besides the
# system's were /server. What is mounted for it is seen by nobody else and gone with it.
#
#     run-in-tree.sh TREE FOLDER PROGRAM [ARGUMENT ...]
exec unshare --mount sh -euc '
tree=$0 folder=$1
shift
mount --rbind /dev "$tree/dev"
mount -t proc proc "$tree/proc"
mount --bind "$folder" "$tree/server"
exec chroot "$tree" "$@"
' "$@"
