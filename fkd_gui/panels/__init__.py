"""The panels around the face. Each is a plain widget: data comes in by methods, wishes go out as signals."""
