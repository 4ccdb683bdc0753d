"""Messages that were given up are tried again. The SQL stands in ``store/sql``."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [("store", "0017_at_rest")]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0018_messages_again.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
