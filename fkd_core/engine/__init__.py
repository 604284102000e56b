"""The child process in which TensorFlow lives.

Nothing here is imported by TensorFlow's side of the wall but `child` and `calls`; the parent's side is
`client`. A six-second import, a GPU out of memory or a crash in native code stays in the child.
"""
