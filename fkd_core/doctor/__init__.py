"""Whether this computer can show the window: shared libraries, fonts and a display. Imports no Qt."""
