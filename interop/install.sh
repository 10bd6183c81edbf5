#!/bin/bash
# Installs the mail servers that the interop tests start: as root, on Debian 12. Starts no service. Where all
# is there already it takes no second and no network.
#
# Debian lets only one package be the mail transport agent, and postfix is that one. Exim joins it all the
# same, since its daemon runs without its package being installed: it is taken out of the package and put
# into .interop/, the libraries that it needs are installed, and so is the account that is compiled into it:
# it will not start unless that exists, even where it is told to run as somebody else.
set -euo pipefail

packages=(postfix dovecot-core dovecot-lmtpd python3-aiosmtpd)
exim_package=exim4-daemon-heavy
exim_account=Debian-exim
root=$(cd "$(dirname "$0")/.." && pwd)
exim=$root/.interop/exim4

# Those of the packages named that are not installed.
not_installed() {
  for package in "$@"; do
    [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}
# A library or the account may be lacking. Without a spool directory Exim would make one.
try_exim() { "$exim" -C /dev/stdin -bV <<<$'keep_environment =\nspool_directory = /' >/dev/null; }

mapfile -t missing < <(not_installed "${packages[@]}")
if [ ${#missing[@]} = 0 ] && try_exim 2>/dev/null; then
  echo "already installed: ${packages[*]}, and Exim as $exim"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  echo "install.sh must run as root to install ${missing[*]:-Exim}" >&2
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
    for service in "${missing[@]%-core}"; do systemctl disable --quiet "$service" 2>/dev/null || true; done
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
