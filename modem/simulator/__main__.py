"""`python -m modem.simulator gsm|voice --link PATH ...`"""

from __future__ import annotations

import sys

from modem.simulator.main import main

sys.exit(main())
