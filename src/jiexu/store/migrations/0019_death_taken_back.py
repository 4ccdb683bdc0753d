"""A death can be taken back. The SQL stands in ``store/sql``."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [("store", "0018_messages_again")]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0019_death_taken_back.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
