#!/bin/bash
# Installs the mail servers that the interop tests start: as root, on Debian 12. Starts no service.
#
# Debian lets only one package be the mail transport agent, and postfix is that one. Exim can join it all
# the same, since its daemon runs without its package being installed: apt-get download exim4-daemon-heavy
# and exim4-base, dpkg-deb --extract both into .interop/, install the libraries that its daemon lacks
# (libspf2-2, libmariadb3, libidn12), add the account Debian-exim that is compiled into it, and start it
# with -C and a configuration that sets spool_directory, log_file_path and exim_path.
set -euo pipefail

packages=(postfix dovecot-core dovecot-lmtpd)

missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} = 0 ]; then
  echo "already installed: ${packages[*]}"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  echo "install.sh must run as root to install ${missing[*]}" >&2
  exit 1
fi

# The packages' scripts ask this program before they start a service; 101 forbids it.
policy=/usr/sbin/policy-rc.d
saved=$(mktemp -d)
restore_policy() {
  rm -f "$policy"
  if [ -e "$saved/policy-rc.d" ]; then mv "$saved/policy-rc.d" "$policy"; fi
  rmdir "$saved"
}
if [ -e "$policy" ]; then mv "$policy" "$saved/policy-rc.d"; fi
trap restore_policy EXIT
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt_get() { apt-get --quiet --yes -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 "$@"; }

apt_get update
# The tests bring a configuration of their own.
echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
# --no-remove: fail rather than take away a mail transport agent that somebody uses.
apt_get install --no-install-recommends --no-remove "${missing[@]}"

# Where systemd runs, they shall not start with the next boot either.
if [ -d /run/systemd/system ]; then
  for service in "${missing[@]%-core}"; do systemctl disable --quiet "$service" 2>/dev/null || true; done
fi
