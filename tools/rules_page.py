"""Writes docs/reference/rules.md from the catalogue: `python tools/rules_page.py`."""

from __future__ import annotations

from pathlib import Path

from xlsform.core.catalogue import reference_page

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "rules.md"


def main() -> None:
    """Writes the page and says where."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(reference_page(), encoding="utf-8")
    print(PAGE)


if __name__ == "__main__":
    main()
