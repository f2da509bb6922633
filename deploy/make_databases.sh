#!/bin/sh
# Run once by the postgres image on an empty volume: one database for us and one for Prefect, which needs pg_trgm.
set -eu
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" <<SQL
CREATE DATABASE learner_imports;
CREATE DATABASE prefect;
\connect prefect
CREATE EXTENSION pg_trgm;
SQL
