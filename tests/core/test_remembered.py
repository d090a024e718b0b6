"""What those who talk to servers want remembered is what the store offers."""

from inspect import getmembers, isfunction, signature

import pytest

from mcdesk.core.remembered import Cache, Logins
from mcdesk.store.cache import DatabaseCache
from mcdesk.store.refusals import DatabaseRefusals


@pytest.mark.parametrize(
    ("wanted", "offered"), [(Cache, DatabaseCache), (Logins, DatabaseRefusals)]
)
def test_the_store_offers_what_is_wanted(wanted: type, offered: type) -> None:
    methods = {name: each for name, each in getmembers(wanted, isfunction) if name[0] != "_"}
    assert methods
    for name, method in methods.items():
        assert [*signature(getattr(offered, name)).parameters] == [*signature(method).parameters]
