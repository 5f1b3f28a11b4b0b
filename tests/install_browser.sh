#!/bin/sh
# Install Chromium from Debian where this machine has none and we may; say so where we may not.
set -eu
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "Chromium installeren…"
  { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install chromium fonts-liberation; } \
    >/dev/null 2>&1 || echo "Chromium kon niet worden geïnstalleerd: de browsertests worden overgeslagen."
else
  echo "Geen Chromium op deze machine: de browsertests worden overgeslagen."
fi
