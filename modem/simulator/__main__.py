"""`python -m modem.simulator gsm --link PATH ...`"""

from __future__ import annotations

import sys

from modem.simulator.main import main

sys.exit(main())
