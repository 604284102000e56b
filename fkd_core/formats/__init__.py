"""Files that faces and labels come from and go to, one format a module."""
