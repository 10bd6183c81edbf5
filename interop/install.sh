#!/bin/bash
# Installs the mail servers that the interop tests start: as root, on Debian 12. Starts no service. Where all
# is there already it takes no second and no network.
#
# Debian lets only one package be the mail transport agent, and postfix is that one. Exim joins it all the
# same, since its daemon runs without its package being installed: it is taken out of the package and put
# into .interop/, the libraries that it needs are installed, and so is the account that is compiled into it:
# it will not start unless that exists, even where it is told to run as somebody else.
#
# Debian 12's Dovecot knows no channel binding. Debian 13's does, and is unpacked into .interop/ with its
# libraries, down to the C library: a tree to run it in, of which nothing is installed.
set -euo pipefail

packages=(
  postfix dovecot-core dovecot-lmtpd dovecot-submissiond dovecot-imapd python3-aiosmtpd
  # Exim's SCRAM, and what writes the passwords for it.
  libsasl2-modules sasl2-bin
)
exim_package=exim4-daemon-heavy
exim_account=Debian-exim
root=$(cd "$(dirname "$0")/.." && pwd)
exim=$root/.interop/exim4
newer_dovecot=$root/.interop/dovecot-2.4

# Those of the packages named that are not installed.
not_installed() {
  for package in "$@"; do
    [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}
# A library or the account may be lacking. Without a spool directory Exim would make one.
try_exim() { "$exim" -C /dev/stdin -bV <<<$'keep_environment =\nspool_directory = /' >/dev/null; }

try_newer_dovecot() {
  sh "$root/interop/servers/programs/run-in-tree.sh" "$newer_dovecot" /tmp /usr/sbin/dovecot --version >/dev/null
}

mapfile -t missing < <(not_installed "${packages[@]}")
if [ ${#missing[@]} = 0 ] && try_exim 2>/dev/null && try_newer_dovecot 2>/dev/null; then
  echo "already installed: ${packages[*]}, Exim as $exim and a newer Dovecot in $newer_dovecot"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  echo "install.sh must run as root to install ${missing[*]:-Exim and a newer Dovecot}" >&2
  exit 1
fi

# The packages' scripts ask this program before they start a service; 101 forbids it.
policy=/usr/sbin/policy-rc.d
work=$(mktemp -d)
clean_up() {
  rm -f "$policy"
  if [ -e "$work/policy-rc.d" ]; then mv "$work/policy-rc.d" "$policy"; fi
  rm -rf "$work"
}
if [ -e "$policy" ]; then mv "$policy" "$work/policy-rc.d"; fi
trap clean_up EXIT
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt_get() { apt-get --quiet --yes -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@"; }
# --no-remove: fail rather than take away a mail transport agent that somebody uses.
install() { apt_get install --no-install-recommends --no-remove "$@"; }

apt_get update
if [ ${#missing[@]} != 0 ]; then
  # The tests bring a configuration of their own.
  echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
  install "${missing[@]}"
  # Where systemd runs, they shall not start with the next boot either.
  if [ -d /run/systemd/system ]; then
    for service in "${missing[@]%-core}" saslauthd; do systemctl disable --quiet "$service" 2>/dev/null || true; done
  fi
fi

if ! try_exim 2>/dev/null; then
  # As root, since apt's own user may not write here.
  (cd "$work" && apt_get -o APT::Sandbox::User=root download "$exim_package")
  package=$(echo "$work/$exim_package"_*.deb)
  depends=$(dpkg-deb --field "$package" Depends)
  mapfile -t libraries < <(tr ',' '\n' <<<"$depends" | sed -n 's/^ *\(lib[a-z0-9.+-]*\).*/\1/p')
  mapfile -t missing < <(not_installed "${libraries[@]}")
  if [ ${#missing[@]} != 0 ]; then install "${missing[@]}"; fi

  getent passwd "$exim_account" >/dev/null ||
    useradd --badname --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin \
      "$exim_account"

  mkdir -p "$(dirname "$exim")"
  # Not set-user-id, as it is in the package: only root starts it here.
  dpkg-deb --fsys-tarfile "$package" | tar --extract --to-stdout ./usr/sbin/exim4 >"$work/exim4"
  chmod 755 "$work/exim4"
  mv "$work/exim4" "$exim"
  try_exim
fi

if ! try_newer_dovecot 2>/dev/null; then
  newer=$work/newer
  mkdir -p "$newer"/{lists,cache,debs}
  : >"$newer/status"
  cat >"$newer/debian.sources" <<SOURCES
Types: deb
URIs: http://deb.debian.org/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  # With lists and a status of its own, apt takes this for a machine where nothing is installed.
  apt_newer() {
    apt_get -o Dir::Etc::SourceList="$newer/debian.sources" -o Dir::Etc::SourceParts=/dev/null \
      -o Dir::State::Lists="$newer/lists" -o Dir::State::status="$newer/status" -o Dir::Cache="$newer/cache" \
      -o APT::Sandbox::User=root "$@"
  }
  apt_newer update
  plan=$(apt_newer --simulate install --no-install-recommends dovecot-submissiond)
  # Of all that it depends on, what it is linked with. The rest is for scripts that nobody runs.
  mapfile -t debs < <(sed -n 's/^Inst \([^ ]*\).*/\1/p' <<<"$plan" |
    grep -E '^(dovecot-(core|submissiond)|lib.*[0-9]([a-z]|t64)?|zlib1g)$')
  (cd "$newer/debs" && apt_newer download "${debs[@]}")
  tree=$newer/tree
  # Debian's / has links where a package has folders.
  mkdir -p "$tree"/{dev,proc,run,server,tmp,etc} "$tree"/usr/{bin,sbin,lib,lib64}
  for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$tree/$folder"; done
  for deb in "$newer"/debs/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar --extract --keep-directory-symlink -C "$tree"; done
  # A plugin of another package, without which every program of Dovecot complains.
  rm -f "$tree"/usr/lib/dovecot/modules/settings/libpigeonhole_settings.so
  for account in root:0 dovecot:990 dovenull:991 nobody:65534; do
    echo "${account%:*}:x:${account#*:}:${account#*:}::/:/bin/false" >>"$tree/etc/passwd"
    echo "${account%:*}:x:${account#*:}:" >>"$tree/etc/group"
  done
  rm -rf "$newer_dovecot"
  mv "$tree" "$newer_dovecot"
  try_newer_dovecot
fi
