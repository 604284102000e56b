"""The window of FKD. It shows and edits what `fkd_core` holds and owns no data itself."""
