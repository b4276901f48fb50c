-- Runs once, before the server can be reached. Passwords come out of files, since what is written
-- here is no secret.
\set operator_password `cat /etc/inkwell/credentials/operator-password`
\set keycloak_password `cat /etc/inkwell/credentials/keycloak-password`
\set registry_password `cat /etc/inkwell/credentials/registry-password`

-- CREATEDB is for classes whose tenants have databases of their own (spec.postgres.isolation: Database).
CREATE ROLE inkwell_operator LOGIN CREATEROLE CREATEDB NOSUPERUSER PASSWORD :'operator_password';
CREATE ROLE keycloak LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'keycloak_password';
CREATE ROLE registry LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'registry_password';

-- Each database that the operator makes is a copy of template1, and so is its own.
\connect template1
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA extensions;
GRANT USAGE ON SCHEMA extensions TO PUBLIC;
GRANT USAGE ON SCHEMA extensions TO inkwell_operator WITH GRANT OPTION;
CREATE EXTENSION vector SCHEMA extensions;
-- What the server counts of tables and sessions tells tenants of each other, and large objects and the counters' functions are
-- ways to talk: nobody but the operator has them. Views and functions of the catalogue belong to each database.
DO $$
DECLARE
    closed text;
BEGIN
    FOR closed IN SELECT oid::regclass FROM pg_class
                  WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'v' AND relname LIKE 'pg\_stat%' LOOP
        EXECUTE format('REVOKE SELECT ON %s FROM PUBLIC', closed);
    END LOOP;
    FOR closed IN SELECT oid::regprocedure FROM pg_proc
                  WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f'
                    AND (proname LIKE 'pg\_stat\_get\_%' OR proname LIKE 'lo\_%' OR proname IN ('lowrite', 'loread')
                         OR proname IN ('pg_relation_size', 'pg_total_relation_size', 'pg_table_size', 'pg_indexes_size')) LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', closed);
    END LOOP;
END $$;
GRANT SELECT ON pg_stat_activity TO inkwell_operator;
GRANT EXECUTE ON FUNCTION pg_stat_get_activity(integer) TO inkwell_operator;

\connect postgres
CREATE DATABASE inkwell OWNER inkwell_operator;
CREATE DATABASE keycloak OWNER keycloak TEMPLATE template0;
CREATE DATABASE registry OWNER registry TEMPLATE template0;

-- A login reaches the databases that were granted to it, and no other.
REVOKE ALL ON DATABASE inkwell FROM PUBLIC;
REVOKE ALL ON DATABASE keycloak FROM PUBLIC;
REVOKE ALL ON DATABASE registry FROM PUBLIC;
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
