"""The desk's settings file as something to look at and to change."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from mcdesk.desk.connection import Connection
from mcdesk.errors import SettingsProblem, UsageProblem

if TYPE_CHECKING:
    from mcdesk.settings.draft import Draft
    from mcdesk.settings.listing import Setting


class Configuring(Connection):
    """Drafts of config.toml, its listing, and writing it."""

    def draft(self, start: Path | None = None) -> "Draft":
        """Give config.toml as a draft, over the team file *start* where there is one."""
        from mcdesk.settings.draft import Draft

        draft = Draft.read(self.settings_file)
        if start is None:
            return draft
        if not start.exists():
            raise UsageProblem(f"{start} does not exist")
        return draft.filled_from(Draft.read(start))

    def write_draft(self, draft: "Draft") -> bool:
        """Write *draft* as config.toml; tell whether comments were lost."""
        from mcdesk.settings.writing import has_comments

        lost = has_comments(self.settings_text())
        draft.save(self.settings_file)
        return lost

    def change_setting(self, key: str, text: str) -> bool:
        """Set *key* in config.toml; tell whether comments were lost."""
        from mcdesk.settings.listing import change

        return change(self.settings_file, key, text)

    def settings_text(self) -> str:
        """Give config.toml as it stands, "" for none; raise SettingsProblem for what is no text."""
        from mcdesk.settings.reading import text_of

        return text_of(self.settings_file)

    def save_settings(self, text: str) -> None:
        """Write config.toml, comments and all; raise SettingsProblem for what is not allowed."""
        from mcdesk.settings.writing import save_text

        save_text(self.settings_file, text)

    def listed_settings(self) -> "list[Setting]":
        """List every setting with where it comes from."""
        from mcdesk.settings.listing import listed

        under = self.demo.settings if self.in_demo else None
        environ = {} if self.in_demo else self.environ
        return listed(self.settings, self.settings_file, environ=environ, under=under)

    def secret_origins(self) -> "tuple[Mapping[str, str], SettingsProblem | None]":
        """Tell which source has each secret, and what stood in the way; the demo needs none.

        "missing" where none has it, "unknown" where one that may have it failed.
        """
        if self.in_demo:
            return {}, None
        return self.secrets.origins()
