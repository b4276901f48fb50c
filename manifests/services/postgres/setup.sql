-- Runs once, before the server can be reached. Passwords come out of files, since what is written
-- here is no secret.
\set operator_password `cat /etc/inkwell/credentials/operator-password`
\set keycloak_password `cat /etc/inkwell/credentials/keycloak-password`
\set registry_password `cat /etc/inkwell/credentials/registry-password`

CREATE ROLE inkwell_operator LOGIN CREATEROLE NOSUPERUSER NOCREATEDB PASSWORD :'operator_password';
CREATE ROLE keycloak LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'keycloak_password';
CREATE ROLE registry LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'registry_password';

CREATE DATABASE inkwell OWNER inkwell_operator;
CREATE DATABASE keycloak OWNER keycloak;
CREATE DATABASE registry OWNER registry;

-- A login reaches the databases that were granted to it, and no other.
REVOKE ALL ON DATABASE inkwell FROM PUBLIC;
REVOKE ALL ON DATABASE keycloak FROM PUBLIC;
REVOKE ALL ON DATABASE registry FROM PUBLIC;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;

\connect inkwell
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA extensions;
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
GRANT USAGE ON SCHEMA extensions TO inkwell_operator WITH GRANT OPTION;
CREATE EXTENSION vector SCHEMA extensions;
