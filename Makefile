# Shortcuts for developers. Users need install.sh alone.
PYTHON = .venv/bin/python
LOCK = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command 'make lock' --quiet

.PHONY: test check format coverage lock catalogues pictures vendor fresh-root clean

test:
	./install.sh test

# What CI looks at before it runs the tests.
check:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	$(PYTHON) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'

format:
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

coverage:
	HOTLINE_COVERAGE=1 $(PYTHON) -m pytest -n 4 --dist worksteal

# Needs uv. UPGRADE=--upgrade takes the newest versions that pyproject.toml admits.
lock:
	$(LOCK) $(UPGRADE) -o requirements.txt
	$(LOCK) $(UPGRADE) --group dev --constraint requirements.txt -o requirements-dev.txt

# New sentences of pages and tables into the catalogues; then translate what is empty.
catalogues:
	$(PYTHON) tools/catalogues.py update

# The READMEs' pictures, from a demo of its own. Needs Chromium.
pictures:
	$(PYTHON) -m tools.pictures

vendor:
	$(PYTHON) tools/vendor.py fetch

# As root, with mmdebstrap: `./install.sh test` in a bare Debian. Slow; see the head of the script for its settings.
fresh-root:
	tests/house/fresh_root.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build
