"""Sign-ins with a provider of OpenID Connect. The SQL stands in ``store/sql``."""

from typing import ClassVar

from django.db import migrations

from jiexu.store.schema import statements


class Migration(migrations.Migration):  # type: ignore[misc]  # Django ships no types
    dependencies: ClassVar[list[tuple[str, str]]] = [("store", "0019_death_taken_back")]
    operations: ClassVar[list[object]] = [
        migrations.RunSQL(statements("0020_openid.sql"), reverse_sql=migrations.RunSQL.noop)
    ]
