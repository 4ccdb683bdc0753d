"""Roles and reviews, and what the desk role may do with the tables of accounts, sessions and second factors."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("store", "0001_schema"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("axes", "0010_accessattemptexpiration"),
    ]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0002_doors.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
