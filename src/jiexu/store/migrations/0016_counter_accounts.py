"""Accounts opened at a counter. The SQL stands in ``store/sql``."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [("store", "0015_messages")]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0016_counter_accounts.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
