"""Examples in the documentation work when copied, and links and paths lead to existing files."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from bot.config.runbooks import load_runbooks
from bot.config.settings import load
from bot.probes import PROBES
from tests.docs.reading import GUIDES, PAGES, README, ROOT, blocks, links, quoted

#: A path inside this repository, as pages write it.
OURS = re.compile(r"(?:bot|tests|docs|bench|runbooks|templates)/[\w./-]*")
AMTOOL = shutil.which("amtool")
SECRETS = dict.fromkeys(("ALERTMANAGER_TOKEN", "PAGERDUTY_KEY", "PAGERDUTY_SECRET"), "made-up")


def holds(block: str, key: str) -> bool:
    """Return whether a YAML block has that key at its top level."""
    return key in yaml.safe_load(block)


EXAMPLES = [(page, block) for page in PAGES for block in blocks(page, "yaml")]
ALERTMANAGER = [block for _, block in EXAMPLES if holds(block, "receivers")]
RUNBOOKS = [block for _, block in EXAMPLES if holds(block, "steps")]
CONFIGURATIONS = [
    block for _, block in EXAMPLES if not holds(block, "receivers") and not holds(block, "steps")
]


def test_there_are_examples() -> None:
    """The pages have all three kinds of YAML example, so that the tests below check something."""
    assert ALERTMANAGER
    assert RUNBOOKS
    assert CONFIGURATIONS


@pytest.mark.parametrize("block", CONFIGURATIONS)
def test_a_configuration_loads(block: str, tmp_path: Path) -> None:
    """Every example of firstcheck.yaml loads without mistakes."""
    file = tmp_path / "firstcheck.yaml"
    file.write_text(block)
    (tmp_path / "runbooks").mkdir()

    load(SECRETS, file)


@pytest.mark.parametrize("block", RUNBOOKS)
def test_a_runbook_loads(block: str, tmp_path: Path) -> None:
    """Every example of a runbook loads without mistakes."""
    (tmp_path / "example.yaml").write_text(block)
    shutil.copytree(ROOT / "runbooks" / "common", tmp_path / "common")

    assert 1 == len(load_runbooks(tmp_path, PROBES))


@pytest.mark.skipif(AMTOOL is None, reason="amtool (of Alertmanager) is not installed")
@pytest.mark.parametrize("block", ALERTMANAGER)
def test_alertmanager_accepts_its_example(block: str, tmp_path: Path) -> None:
    """Alertmanager's own checker accepts every example of its configuration."""
    assert AMTOOL is not None
    file = tmp_path / "alertmanager.yml"
    file.write_text(block)

    order = (AMTOOL, "check-config", file)
    checked = subprocess.run(order, capture_output=True, text=True, check=False)
    assert (0, "") == (checked.returncode, checked.stderr)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_existing_files(page: Path) -> None:
    """Every link inside the repository leads to an existing file."""
    inside = [target.partition("#")[0] for target in links(page) if "://" not in target]

    assert [] == [target for target in inside if target and not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page: Path) -> None:
    """Every repository path that a page mentions exists, apart from placeholders like `<source>`."""
    ours = [name for name in quoted(page) if OURS.fullmatch(name)]

    assert [] == [name for name in ours if not (ROOT / name).exists()]


def test_every_guide_is_found() -> None:
    """The README links to every guide."""
    expected = {str(page.relative_to(ROOT)) for page in GUIDES.glob("*.md")}

    assert set() == expected - set(links(README))


def test_make_has_the_words_we_use() -> None:
    """Every `make` target in a shell example exists in the Makefile."""
    lines = [line.split() for page in PAGES for block in blocks(page, "sh") for line in block.splitlines()]
    called = {words[1] for words in lines if words[:1] == ["make"]}
    makefile = (ROOT / "Makefile").read_text()

    assert [] == [word for word in sorted(called) if f"\n{word}:" not in makefile]
