"""`python -m fkd_gui`."""

import sys

from fkd_gui.app import main

sys.exit(main())
