#!/bin/sh
# Make the secrets that compose.yaml reads, in deploy/secrets/, once. Nothing that is there is changed: keep `key` safe
# and apart from backups of the database.
set -eu
cd "$(dirname "$0")"
umask 077
mkdir -p secrets
draw() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }
keep() { [ -e "secrets/$1" ] || printf '%s\n' "$2" > "secrets/$1"; }
keep postgres_password "$(draw 24)"
password=$(cat secrets/postgres_password)
keep database_url "postgresql+psycopg://postgres:$password@postgres/learner_imports"
keep prefect_database_url "postgresql+asyncpg://postgres:$password@postgres/prefect"
keep prefect_auth "operator:$(draw 16)"
keep key "$(draw 32)"
# Containers run as a user of their own, who must be able to read them; the folder keeps others of this machine out.
chmod 0700 secrets
chmod 0644 secrets/*
echo "deploy/secrets/ is complete. Prefect's UI asks for what stands in deploy/secrets/prefect_auth."
