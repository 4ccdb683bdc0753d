"""Document numbers sealed, and found by a keyed index."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [("store", "0016_counter_accounts")]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0017_at_rest.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
