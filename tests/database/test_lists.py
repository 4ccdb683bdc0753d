"""Lists of texts reach the server as they were, whatever stands in them."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jiexu.gateways.postgres.roles import Connections
from jiexu.store.db import Store

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=TEXTS)
@example(texts=["NULL", "null", "", " a ", "{a,b}", 'a"b', "c\\d", "x\ty\n", "换𠮷"])
def test_a_list_of_texts_comes_back_as_it_went(stored: Connections, texts: list[str]) -> None:
    store = Store(stored.worker)
    try:
        assert store.aside("SELECT %s::text[] AS back", [texts]).fetchone() == {"back": texts}
        with store.transaction("test.lists") as cursor:
            cursor.execute("CREATE TEMP TABLE lists (texts text[])")
            with cursor.copy("COPY lists FROM STDIN") as copy:
                copy.write_row([texts])
            assert cursor.execute("SELECT texts FROM lists").fetchone() == {"texts": texts}
            cursor.connection.execute("DROP TABLE lists")
    finally:
        store.close()


def test_a_list_of_numbers_and_one_with_nothing_in_a_place_go_as_ever(stored: Connections) -> None:
    store = Store(stored.worker)
    try:
        assert store.aside("SELECT %s::int[] AS back", [[1, 2]]).fetchone() == {"back": [1, 2]}
        assert store.aside("SELECT %s::text[] AS back", [["a", None]]).fetchone() == {"back": ["a", None]}
        with pytest.raises(psycopg.DataError, match="NUL"):
            store.aside("SELECT %s::text[] AS back", [["a\x00b"]])
    finally:
        store.close()
