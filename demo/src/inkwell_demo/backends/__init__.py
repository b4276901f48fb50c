"""Looks into the backends: logins from Secrets, and what each backend holds of a tenant.

`login` says who logs in where; `kafka`, `cassandra`, `postgres` and `keycloak` connect and list.
"""
